package target

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The engines, by the names of their programs.
const (
	MongoDB = "mongod"
	Redis   = "redis-server"
	NATS    = "nats-server"
)

var engines = []string{MongoDB, Redis, NATS}

// placeServices makes the processes of the services, n gateways first, then auth and ticket.
func (d *Deployment) placeServices(programs string, ports []string) {
	n := d.plan.Replicas
	gateways, auths, tickets := ports[:n], ports[n:2*n], ports[2*n:]
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	redis := "_REGISTRY_URL=redis://:r-redis@" + d.fronts[Redis]
	auth := []string{
		"AUTH_STORE_URL=mongodb://" + d.fronts[MongoDB] + "/auth", "AUTH" + redis, "AUTH_NATS_URL=nats://auth:a-auth@" + d.fronts[NATS],
		"AUTH_SECRET=" + base64.StdEncoding.EncodeToString(secret), "AUTH_MAIL_DIR=" + d.in("mail"), "AUTH_TRUSTED_PROXIES=127.0.0.0/8",
	}
	ticket := []string{
		"TICKET_STORE_URL=mongodb://" + d.fronts[MongoDB] + "/ticket", "TICKET" + redis, "TICKET_NATS_URL=nats://ticket:t-ticket@" + d.fronts[NATS],
		"TICKET_JWKS_URL=http://" + auths[0] + "/.well-known/jwks.json", "TICKET_USERS_API=users.JS.API",
	}
	gateway := []string{
		"GATEWAY_AUTH_URL=http://" + strings.Join(auths, ","), "GATEWAY_TICKET_URL=http://" + strings.Join(tickets, ","), "GATEWAY_CORS_ORIGINS=*",
	}
	d.replicate("gateway", programs, gateways, gateway)
	d.replicate("auth", programs, auths, auth)
	d.replicate("ticket", programs, tickets, ticket)
	line := append(append(auth, d.plan.Settings...), filepath.Join(programs, "auth"))
	d.grant = "env '" + strings.Join(line, "' '") + "' user grant-role --email '{email}' --role '{role}'"
}

func (d *Deployment) replicate(service, programs string, addresses, settings []string) {
	prefix := strings.ToUpper(service) + "_"
	for i, address := range addresses {
		own := append(append([]string{prefix + "LISTEN=" + address}, settings...), of(prefix, d.plan.Settings)...)
		d.services[service] = append(d.services[service], &Process{
			Name: service, Address: address, Log: d.in(fmt.Sprintf("%s-%d.log", service, i)), url: "http://" + address + "/readyz",
			path: filepath.Join(programs, service), folder: d.folder, settings: own,
		})
	}
}

// of are the settings of one program.
func of(prefix string, settings []string) (own []string) {
	for _, setting := range settings {
		if strings.HasPrefix(setting, prefix) {
			own = append(own, setting)
		}
	}
	return own
}

func (d *Deployment) placeEngines(programs string) error {
	at := func(engine string) (string, string) {
		return host(d.engines[engine].Address), port(d.engines[engine].Address)
	}
	host, port := at(NATS)
	args := map[string][]string{NATS: {"-c", d.in("nats.conf"), "-a", host, "-p", port, "-sd", d.in(NATS)}}
	host, port = at(Redis)
	args[Redis] = []string{"--port", port, "--bind", host, "--dir", d.in(Redis), "--save", "", "--appendonly", "no", "--requirepass", "r-redis", "--maxmemory-policy", "noeviction"}
	host, port = at(MongoDB)
	args[MongoDB] = []string{"--port", port, "--bind_ip", host, "--dbpath", d.in(MongoDB)}
	for name, p := range d.engines {
		path, err := find(programs, name)
		if err := errors.Join(err, os.Mkdir(d.in(name), 0o700)); err != nil {
			return err
		}
		p.Log, p.path, p.folder, p.args = d.in(name+".log"), path, d.folder, args[name]
	}
	return d.writeConfiguration()
}

// writeConfiguration gives nats-server the accounts that are delivered, with passwords of their own.
func (d *Deployment) writeConfiguration() error {
	root, err := root()
	if err != nil {
		return err
	}
	passwords := "AUTH_PASSWORD = \"a-auth\"\nTICKET_PASSWORD = \"t-ticket\"\nCONSUMER_PASSWORD = \"c-consumer\"\n"
	conf, err := os.ReadFile(filepath.Join(root, "deploy", "nats", "nats.conf"))
	return errors.Join(err, os.WriteFile(d.in("nats.conf"), conf, 0o600), os.WriteFile(d.in("passwords.conf"), []byte(passwords), 0o600))
}
