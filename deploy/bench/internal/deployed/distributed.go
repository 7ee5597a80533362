package deployed

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"

	"crm.example/deploy/bench/internal/process"
)

// Distributed runs the gateway and the two services in processes of their own on MongoDB, Redis and NATS, with what
// programs of these names are on PATH.
func Distributed(ctx context.Context, o Options) (d *Deployment, err error) {
	d = &Deployment{options: o, Groups: []process.Group{{Name: "gateway"}, {Name: "services"}, {Name: "MongoDB"}, {Name: "Redis"}, {Name: "NATS"}}}
	if err := d.startDistributed(ctx); err != nil {
		return nil, errors.Join(err, d.Stop())
	}
	return d, nil
}

// service is one of the three, with its settings.
type service struct {
	name, pkg, group string
	env              []string
	program          string
}

func (d *Deployment) startDistributed(ctx context.Context) error {
	nats, err := d.startEngines(ctx)
	if err != nil {
		return err
	}
	services, err := d.services(nats)
	if err != nil {
		return err
	}
	for i := range services {
		if services[i].program, err = d.build(ctx, services[i].name, services[i].pkg); err != nil {
			return err
		}
	}
	if err := d.fill(ctx, services[0], services[1]); err != nil {
		return err
	}
	var gateway *process.Server
	for _, s := range services {
		if gateway, err = d.start(s.group, s.program, s.env); err != nil {
			return err
		}
	}
	return d.await(ctx, gateway)
}

// services are auth, ticket and the gateway.
func (d *Deployment) services(nats string) ([]service, error) {
	secret, err := d.secret()
	http, errHTTP := process.FreeAddress()
	auth, ticket, errListen := twoAddresses()
	if err := errors.Join(err, errHTTP, errListen); err != nil {
		return nil, err
	}
	d.URL = "http://" + http
	return []service{
		{name: "auth", pkg: "crm.example/services/auth/cmd/auth", group: "services", env: append(lenient(),
			"AUTH_LISTEN="+auth, "AUTH_STORE_URL=mongodb://"+d.MongoDB+"/auth", "AUTH_REGISTRY_URL=redis://"+d.Redis,
			"AUTH_NATS_URL=nats://auth:a-auth@"+nats, "AUTH_SECRET_FILE="+secret, "AUTH_MAIL_DIR="+filepath.Join(d.options.Programs, "mail"),
			"AUTH_REGISTRY_TIMEOUT=1s")},
		{name: "ticket", pkg: "crm.example/services/ticket/cmd/ticket", group: "services", env: []string{
			"TICKET_LISTEN=" + ticket, "TICKET_STORE_URL=mongodb://" + d.MongoDB + "/ticket", "TICKET_REGISTRY_URL=redis://" + d.Redis,
			"TICKET_NATS_URL=nats://ticket:t-ticket@" + nats, "TICKET_JWKS_URL=http://" + auth + "/.well-known/jwks.json", "TICKET_USERS_API=users.JS.API",
			"TICKET_REGISTRY_TIMEOUT=1s"}},
		{name: "gateway", pkg: "crm.example/gateway/cmd/gateway", group: "gateway", env: []string{
			"GATEWAY_LISTEN=" + http, "GATEWAY_AUTH_URL=http://" + auth, "GATEWAY_TICKET_URL=http://" + ticket}},
	}, nil
}

// secret is AUTH_SECRET's file, which belongs to the data: it unwraps the keys in there.
func (d *Deployment) secret() (string, error) {
	path := filepath.Join(d.options.Data, "secret")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	return path, os.WriteFile(path, []byte(base64.StdEncoding.EncodeToString(secret)), 0o600)
}

// fill imports what the archive has. Several programs import tickets at once, a file each: one waits for the disk with
// each ticket.
func (d *Deployment) fill(ctx context.Context, auth, ticket service) error {
	if d.options.Archive == "" || d.options.Filled() {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(d.options.Archive, "ticket*.jsonl"))
	if err != nil {
		return err
	}
	imports := make(chan error)
	for _, file := range files {
		go func() { imports <- run(ctx, ticket.env, ticket.program, "import", "--resume", file) }()
	}
	err = run(ctx, auth.env, auth.program, "import", filepath.Join(d.options.Archive, "auth.jsonl"))
	for range files {
		err = errors.Join(err, <-imports)
	}
	if err != nil {
		return err
	}
	return setFilled(d.options.Data)
}
