package deployed

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"crm.example/deploy/bench/internal/process"
)

// natsServer is what is built where no nats-server is on PATH.
const natsServer = "github.com/nats-io/nats-server/v2@v2.15.2"

const passwords = "AUTH_PASSWORD = \"a-auth\"\nTICKET_PASSWORD = \"t-ticket\"\nCONSUMER_PASSWORD = \"c-consumer\"\n"

// startEngines runs a mongod and a redis-server from PATH, and a nats-server with the configuration that is delivered. Of
// these, only what MongoDB has is kept with the data.
func (d *Deployment) startEngines(ctx context.Context) (nats string, err error) {
	addresses := make([]string, 3)
	for i := range addresses {
		if addresses[i], err = process.FreeAddress(); err != nil {
			return "", err
		}
	}
	d.MongoDB, d.Redis, nats = addresses[0], addresses[1], addresses[2]
	data := filepath.Join(d.options.Data, "mongodb")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return "", err
	}
	err = errors.Join(
		d.startEngine("MongoDB", "mongod", "--port", port(d.MongoDB), "--bind_ip", "127.0.0.1", "--dbpath", data, "--wiredTigerCacheSizeGB", "4"),
		d.startEngine("Redis", "redis-server", "--port", port(d.Redis), "--bind", "127.0.0.1", "--dir", d.options.Programs, "--save", "",
			"--maxmemory-policy", "noeviction"),
		d.startNATS(ctx, nats),
	)
	for _, address := range addresses {
		err = errors.Join(err, listens(ctx, address))
	}
	return nats, err
}

func (d *Deployment) startEngine(group, program string, args ...string) error {
	path, err := exec.LookPath(program)
	if err != nil {
		return fmt.Errorf("a distributed deployment needs %s: %w", program, err)
	}
	_, err = d.start(group, path, nil, args...)
	return err
}

func (d *Deployment) startNATS(ctx context.Context, address string) error {
	program, err := exec.LookPath("nats-server")
	if err != nil {
		program = filepath.Join(d.options.Programs, "nats-server")
		build := exec.CommandContext(ctx, "go", "install", natsServer)
		build.Env = append(os.Environ(), "GOBIN="+d.options.Programs, "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build nats-server: %w\n%s", err, out)
		}
	}
	delivered, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "crm.example/deploy/standalone").Output()
	if err != nil {
		return fmt.Errorf("find deploy/nats: %w", err)
	}
	conf, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(delivered)), "..", "nats", "nats.conf"))
	own := filepath.Join(d.options.Programs, "nats.conf")
	err = errors.Join(err, os.WriteFile(own, conf, 0o600), os.WriteFile(filepath.Join(d.options.Programs, "passwords.conf"), []byte(passwords), 0o600))
	if err != nil {
		return err
	}
	_, err = d.start("NATS", program, nil, "-c", own, "-a", "127.0.0.1", "-p", port(address), "-sd", filepath.Join(d.options.Programs, "nats"))
	return err
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// listens waits until somebody answers there.
func listens(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("nobody listens on %s: %w", address, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
