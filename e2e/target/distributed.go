package target

import (
	"crypto/rand"
	"encoding/base64"
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

// addresses of everything that a distributed deployment has, on loopback.
type addresses struct{ gateway, auth, ticket, mongodb, redis, nats string }

// deployed is a deployment of several processes that runs.
type deployed struct {
	folder string
	at     addresses
	target *Target
	began  []*process // the engines last: they end after those who need them
}

// StartDistributed builds the three services and runs each in a process of its own on MongoDB, Redis and NATS, from
// programs on PATH, with everything they keep under the folder. The engines start last, so that the services have to wait for
// them. settings are environment variables, NAME=value. stop ends all of it.
func StartDistributed(folder string, settings ...string) (t *Target, stop func() error, err error) {
	d := &deployed{folder: folder, target: &Target{Mails: Folder(filepath.Join(folder, "mail"))}}
	if err := errors.Join(d.findPorts(), d.build()); err != nil {
		return nil, nil, err
	}
	err = d.startServices(settings)
	if err == nil {
		err = d.startEngines()
	}
	if err == nil {
		err = d.target.becomeReady(d.began[0])
	}
	if err != nil {
		return nil, nil, errors.Join(err, d.stop(), errors.New(d.target.Log()))
	}
	return d.target, d.stop, nil
}

func (d *deployed) findPorts() error {
	ports, err := freePorts(6)
	if err != nil {
		return err
	}
	d.at = addresses{ports[0], ports[1], ports[2], ports[3], ports[4], ports[5]}
	d.target.BaseURL, d.target.NATSURL = "http://"+d.at.gateway, "nats://consumer:c-consumer@"+d.at.nats
	return nil
}

func (d *deployed) in(parts ...string) string {
	return filepath.Join(append([]string{d.folder}, parts...)...)
}

func (d *deployed) build() error {
	for service, module := range map[string]string{"auth": "services/auth", "ticket": "services/ticket", "gateway": "gateway"} {
		build := exec.Command("go", "build", "-o", d.in(service), "./cmd/"+service)
		build.Dir = filepath.Join("..", filepath.FromSlash(module))
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", service, err, out)
		}
	}
	if _, err := exec.LookPath("nats-server"); err == nil {
		return nil
	}
	build := exec.Command("go", "install", natsServer)
	build.Env = append(os.Environ(), "GOBIN="+d.folder, "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build nats-server: %w\n%s", err, out)
	}
	return nil
}

func (d *deployed) startServices(settings []string) error {
	// The machine may be busy, and the suite waits for answers: the registry's timeout is not what it is about.
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	auth := []string{
		"AUTH_LISTEN=" + d.at.auth, "AUTH_STORE_URL=mongodb://" + d.at.mongodb + "/auth",
		"AUTH_REGISTRY_URL=redis://:r-redis@" + d.at.redis, "AUTH_REGISTRY_TIMEOUT=2s", "AUTH_NATS_URL=nats://auth:a-auth@" + d.at.nats,
		"AUTH_SECRET=" + base64.StdEncoding.EncodeToString(secret), "AUTH_MAIL_DIR=" + d.in("mail"), "AUTH_TRUSTED_PROXIES=127.0.0.0/8",
	}
	ticket := []string{
		"TICKET_LISTEN=" + d.at.ticket, "TICKET_STORE_URL=mongodb://" + d.at.mongodb + "/ticket",
		"TICKET_REGISTRY_URL=redis://:r-redis@" + d.at.redis, "TICKET_REGISTRY_TIMEOUT=2s", "TICKET_NATS_URL=nats://ticket:t-ticket@" + d.at.nats,
		"TICKET_JWKS_URL=http://" + d.at.auth + "/.well-known/jwks.json",
	}
	gateway := []string{
		"GATEWAY_LISTEN=" + d.at.gateway, "GATEWAY_AUTH_URL=http://" + d.at.auth, "GATEWAY_TICKET_URL=http://" + d.at.ticket,
		"GATEWAY_CORS_ORIGINS=*",
	}
	d.target.grant = "env '" + strings.Join(append(append(auth, settings...), d.in("auth")), "' '") + "' user grant-role --email '{email}' --role '{role}'"
	return errors.Join(
		d.start("gateway", append(gateway, of("GATEWAY", settings)...)),
		d.start("ticket", append(ticket, of("TICKET", settings)...)),
		d.start("auth", append(auth, of("AUTH", settings)...)),
	)
}

// of are the settings of one program.
func of(prefix string, settings []string) (own []string) {
	for _, setting := range settings {
		if strings.HasPrefix(setting, prefix+"_") {
			own = append(own, setting)
		}
	}
	return own
}

func (d *deployed) startEngines() error {
	passwords := "AUTH_PASSWORD = \"a-auth\"\nTICKET_PASSWORD = \"t-ticket\"\nCONSUMER_PASSWORD = \"c-consumer\"\n"
	conf, err := os.ReadFile(filepath.Join("..", "deploy", "nats", "nats.conf"))
	err = errors.Join(err,
		os.WriteFile(d.in("nats.conf"), conf, 0o600), os.WriteFile(d.in("passwords.conf"), []byte(passwords), 0o600),
		os.Mkdir(d.in("mongodb"), 0o700), os.Mkdir(d.in("redis"), 0o700))
	if err != nil {
		return err
	}
	return errors.Join(
		d.start("nats-server", nil, "-c", d.in("nats.conf"), "-a", "127.0.0.1", "-p", port(d.at.nats), "-sd", d.in("nats")),
		d.start("redis-server", nil, "--port", port(d.at.redis), "--bind", "127.0.0.1", "--dir", d.in("redis"), "--save", "",
			"--requirepass", "r-redis", "--maxmemory-policy", "noeviction"),
		d.start("mongod", nil, "--port", port(d.at.mongodb), "--bind_ip", "127.0.0.1", "--dbpath", d.in("mongodb")),
	)
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// start runs a program that was built into the folder, or one on PATH.
func (d *deployed) start(program string, settings []string, args ...string) error {
	path := d.in(program)
	if _, err := os.Stat(path); err != nil {
		if path, err = exec.LookPath(program); err != nil {
			return fmt.Errorf("a distributed deployment needs %s: %w", program, err)
		}
	}
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Env = d.folder, append(plainEnvironment(), settings...)
	log := d.in(program + ".log")
	p, err := run(cmd, log)
	if err != nil {
		return err
	}
	d.began, d.target.logs = append(d.began, p), append(d.target.logs, log)
	return nil
}

// stop ends the services before what they need. How an engine ends is not the suite's business.
func (d *deployed) stop() error {
	var errs []error
	for i, p := range d.began {
		if err := p.stop(); i < 3 {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
