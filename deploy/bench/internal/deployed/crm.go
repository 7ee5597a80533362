package deployed

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// lenient are the settings of the auth service that are not as delivered.
var lenient = []string{"AUTH_BCRYPT_COST=10", "AUTH_SIGN_UP_PER_ADDRESS=1000000", "AUTH_LOGIN_PER_ADDRESS=1000000", "AUTH_RESET_PER_ADDRESS=1000000", "TICKET_OPEN_PER_CLIENT=1000000000", "TICKET_REPLIES_PER_CLIENT=1000000000"}

// Standalone runs everything in one process.
func Standalone(ctx context.Context, o Options) (*Deployment, error) {
	return begin(o, func(d *Deployment) error {
		program, err := d.build(ctx, "crm.example/deploy/standalone")
		at, errAt := addresses(2)
		if err := errors.Join(err, errAt); err != nil {
			return err
		}
		d.URL, d.NATS = "http://"+at[0], at[1]
		env := append(lenient, "GATEWAY_LISTEN="+at[0], "STANDALONE_NATS_LISTEN="+at[1], "STANDALONE_DATA="+filepath.Join(o.Data, "data"))
		if err := o.fill(func(archive string) error { return importInto(ctx, env, program, archive) }); err != nil {
			return err
		}
		return d.start(ctx, "standalone", d.URL+"/readyz", env, program)
	})
}

// Distributed runs the gateway and the two services in processes of their own on MongoDB, Redis and NATS, with what
// programs of these names are on PATH.
func Distributed(ctx context.Context, o Options) (*Deployment, error) {
	return begin(o, func(d *Deployment) error {
		if err := d.startEngines(ctx); err != nil {
			return err
		}
		at, err := addresses(3)
		secret, errSecret := secret(o.Data)
		if err := errors.Join(err, errSecret); err != nil {
			return err
		}
		d.URL = "http://" + at[2]
		return d.startServices(ctx, d.services(at[0], at[1], at[2], secret))
	})
}

// service is one of the three, with its settings.
type service struct {
	pkg, address string
	env          []string
}

func (d *Deployment) services(auth, ticket, gateway, secret string) []service {
	store, registry, nats := "_STORE_URL=mongodb://"+d.MongoDB, "_REGISTRY_URL=redis://"+d.Redis, "@"+d.NATS
	return []service{
		{"crm.example/services/auth/cmd/auth", auth, append(lenient, "AUTH_LISTEN="+auth, "AUTH"+store+"/auth", "AUTH"+registry,
			"AUTH_NATS_URL=nats://auth:a-auth"+nats, "AUTH_SECRET_FILE="+secret, "AUTH_MAIL_DIR="+filepath.Join(d.options.Dir, "mail"), "AUTH_REGISTRY_TIMEOUT=1s")},
		{"crm.example/services/ticket/cmd/ticket", ticket, []string{"TICKET_LISTEN=" + ticket, "TICKET" + store + "/ticket", "TICKET" + registry,
			"TICKET_NATS_URL=nats://ticket:t-ticket" + nats, "TICKET_JWKS_URL=http://" + auth + "/.well-known/jwks.json", "TICKET_USERS_API=users.JS.API",
			"TICKET_REGISTRY_TIMEOUT=1s"}},
		{"crm.example/gateway/cmd/gateway", gateway, []string{"GATEWAY_LISTEN=" + gateway, "GATEWAY_AUTH_URL=http://" + auth, "GATEWAY_TICKET_URL=http://" + ticket}},
	}
}

// startServices fills the stores of the first two before any is started.
func (d *Deployment) startServices(ctx context.Context, services []service) error {
	programs := make([]string, len(services))
	for i, s := range services {
		var err error
		if programs[i], err = d.build(ctx, s.pkg); err != nil {
			return err
		}
	}
	err := d.options.fill(func(archive string) error {
		return errors.Join(importInto(ctx, services[0].env, programs[0], filepath.Join(archive, "auth.jsonl")),
			importInto(ctx, services[1].env, programs[1], filepath.Join(archive, "ticket.jsonl")))
	})
	for i, s := range services {
		if err == nil {
			err = d.start(ctx, filepath.Base(s.pkg), "http://"+s.address+"/readyz", s.env, programs[i])
		}
	}
	return err
}

// secret is AUTH_SECRET's file, which belongs to the data: it unwraps the keys in there.
func secret(dir string) (string, error) {
	path := filepath.Join(dir, "secret")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	secret := base64.StdEncoding.EncodeToString([]byte(rand.Text() + rand.Text())[:32])
	return path, os.WriteFile(path, []byte(secret), 0o600)
}

func importInto(ctx context.Context, env []string, program, archive string) error {
	cmd := exec.CommandContext(ctx, program, "import", archive)
	cmd.Env = append(environment(), env...)
	return run(cmd)
}

// Filled tells whether Data has everything from an archive.
func (o Options) Filled() bool {
	_, err := os.Stat(filepath.Join(o.Data, "filled"))
	return err == nil
}

// fill fills Data once.
func (o Options) fill(from func(archive string) error) error {
	if o.Archive == "" || o.Filled() {
		return nil
	}
	if err := from(o.Archive); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.Data, "filled"), nil, 0o600)
}
