package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"crm.example/deploy/bench/internal/api"
	"crm.example/deploy/bench/internal/bare"
	"crm.example/deploy/bench/internal/deployed"
	"crm.example/deploy/bench/internal/load"
	"crm.example/deploy/bench/internal/process"
)

// parts are what can be measured alone.
var parts = map[string]func(*lab) error{
	"standalone": (*lab).standalone, "distributed": (*lab).distributed, "gateway": (*lab).gateway, "events": (*lab).events, "listeners": (*lab).liveFeed,
}

// servers are played by this program when it is started again.
var servers = map[string]func(context.Context, string) error{"net-http": bare.Serve, "behind": bare.ServeBehind}

// standalone is one process beside a server that does nothing and SQLite alone, or the deployment that was named instead.
func (l *lab) standalone() error {
	title("Standalone, %d tickets", l.tickets)
	if l.url != "" {
		d := &deployed.Deployment{URL: l.url}
		if l.pid != 0 {
			d.Groups = []process.Group{{Name: "server", PIDs: []int{l.pid}}}
		}
		if _, _, err := l.filled("server", d); err != nil {
			return err
		}
		return l.compare()
	}
	if _, _, _, err := l.start("standalone", deployed.Standalone); err != nil {
		return err
	}
	if err := l.floor(); err != nil {
		return err
	}
	db, err := bare.OpenSQLite(l.ctx, filepath.Join(l.scratch, "bare.db"), l.clients, min(l.tickets, 100_000))
	if err != nil {
		return err
	}
	l.stops = append(l.stops, db.Close)
	l.add(system{"SQLite alone", "standalone", []process.Group{self}, db.Operations()})
	return l.compare()
}

// floor is a server that does nothing.
func (l *lab) floor() error {
	d, err := l.up(deployed.This(l.ctx, l.at("floor"), "net-http"))
	if err != nil {
		return err
	}
	var all []load.Operation
	for name, size := range bare.Sizes {
		all = append(all, bare.Get(api.New(d.URL), name, "/"+name, size))
	}
	l.add(system{"net/http alone", "standalone", d.Groups, all})
	return nil
}

// distributed is the gateway and the services on their engines, beside the engines alone.
func (l *lab) distributed() error {
	version, _ := exec.CommandContext(l.ctx, "mongod", "--version").Output() // others than MongoDB's own speak its protocol
	title("Distributed, %d tickets, on %s", l.tickets, strings.TrimPrefix(strings.SplitN(string(version), "\n", 2)[0], "db version "))
	d, _, _, err := l.start("distributed", deployed.Distributed)
	if err != nil {
		return err
	}
	engine := func(name string) []process.Group {
		return append([]process.Group{self}, d.Groups[slices.IndexFunc(d.Groups, func(g process.Group) bool { return g.Name == name })])
	}
	db, err := bare.OpenMongoDB(l.ctx, d.MongoDB, l.clients, min(l.tickets, 100_000))
	if err != nil {
		return err
	}
	l.stops = append(l.stops, db.Close)
	tokens, err := bare.OpenRegistry(l.ctx, d.Redis)
	if err != nil {
		return err
	}
	l.stops = append(l.stops, tokens.Close)
	l.add(system{"mongo-driver alone", "distributed", engine("MongoDB"), db.Operations()})
	l.add(system{"registry alone", "", engine("Redis"), tokens.Operations()})
	return l.compare()
}

// gateway compares ours with two others, before the same server.
func (l *lab) gateway() error {
	title("The gateway beside other proxies, before the same server, which answers 8 KiB")
	server, err := l.up(deployed.This(l.ctx, l.at("behind"), "behind"))
	if err != nil {
		return err
	}
	through := func(url string) []load.Operation {
		return []load.Operation{bare.Get(api.New(url), "8 KiB", "/v1/ticket", 8<<10)}
	}
	l.add(system{"no proxy", "", nil, through(server.URL)})
	for _, proxy := range []func(context.Context, deployed.Options, string) (*deployed.Deployment, error){deployed.Gateway, deployed.Nginx, deployed.Caddy} {
		d, err := l.up(proxy(l.ctx, l.at("proxies"), strings.TrimPrefix(server.URL, "http://")))
		if err != nil {
			return err
		}
		l.add(system{d.Groups[0].Name, "gateway", d.Groups, through(d.URL)})
	}
	return l.measure()
}
