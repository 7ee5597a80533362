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
)

// natsServer is what is built where no nats-server is on PATH.
const natsServer = "github.com/nats-io/nats-server/v2@v2.15.2"

const passwords = "AUTH_PASSWORD = \"a-auth\"\nTICKET_PASSWORD = \"t-ticket\"\nCONSUMER_PASSWORD = \"c-consumer\"\n"

// startEngines runs a mongod and a redis-server from PATH, and a nats-server. Of these, only what MongoDB has is kept with the data.
func (d *Deployment) startEngines(ctx context.Context) error {
	data := filepath.Join(d.options.Data, "mongodb")
	at, err := addresses(2)
	if err := errors.Join(err, os.MkdirAll(data, 0o700)); err != nil {
		return err
	}
	d.MongoDB, d.Redis = at[0], at[1]
	return errors.Join(
		d.start(ctx, "MongoDB", "tcp://"+d.MongoDB, nil, "mongod", "--port", port(d.MongoDB), "--bind_ip", "127.0.0.1", "--dbpath", data, "--wiredTigerCacheSizeGB", "4"),
		d.start(ctx, "Redis", "tcp://"+d.Redis, nil, "redis-server", "--port", port(d.Redis), "--bind", "127.0.0.1", "--dir", d.options.Dir,
			"--save", "", "--maxmemory-policy", "noeviction"),
		d.startNATS(ctx),
	)
}

// startNATS gives the server the configuration that is delivered.
func (d *Deployment) startNATS(ctx context.Context) error {
	at, err := addresses(1)
	if err != nil {
		return err
	}
	d.NATS = at[0]
	program, err := exec.LookPath("nats-server")
	if err != nil {
		build := exec.CommandContext(ctx, "go", "install", natsServer)
		build.Env = append(os.Environ(), "GOBIN="+d.options.Dir, "CGO_ENABLED=0")
		if program, err = filepath.Join(d.options.Dir, "nats-server"), run(build); err != nil {
			return err
		}
	}
	standalone, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "crm.example/deploy/standalone").Output()
	if err != nil {
		return fmt.Errorf("find deploy/nats: %w", err)
	}
	delivered, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(standalone)), "../nats/nats.conf"))
	conf := filepath.Join(d.options.Dir, "nats.conf")
	err = errors.Join(err, os.WriteFile(conf, delivered, 0o600), os.WriteFile(filepath.Join(d.options.Dir, "passwords.conf"), []byte(passwords), 0o600))
	if err != nil {
		return err
	}
	return d.start(ctx, "NATS", "tcp://"+d.NATS, nil, program, "-c", conf, "-a", "127.0.0.1", "-p", port(d.NATS), "-sd", filepath.Join(d.options.Dir, "nats"))
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}
