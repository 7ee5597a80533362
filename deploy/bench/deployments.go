package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"crm.example/deploy/bench/internal/crm"
	"crm.example/deploy/bench/internal/deployed"
	"crm.example/deploy/bench/internal/fill"
	"crm.example/deploy/bench/internal/process"
)

// byAPI is how many tickets are opened one by one; more are imported.
const byAPI = 20_000

func (o options) imported() bool { return o.data != "" || o.size.Tickets > byAPI }

// measureStandalone measures one process, or the deployment that was named instead.
func measureStandalone(ctx context.Context, o options, r *report) error {
	s := r.section(fmt.Sprintf("standalone-%d", o.size.Tickets), fmt.Sprintf("Standalone, %d tickets", o.size.Tickets))
	if o.url != "" {
		d := &deployed.Deployment{URL: o.url}
		if o.pid != 0 {
			d.Groups = []process.Group{{Name: "server", PIDs: []int{o.pid}}}
		}
		return measureCRM(ctx, o, r, s, d)
	}
	d, err := start(ctx, o, "standalone", deployed.Standalone)
	if err != nil {
		return err
	}
	if err := errors.Join(measureCRM(ctx, o, r, s, d), d.Stop()); err != nil {
		return err
	}
	return measureBaselines(ctx, o, r, s)
}

// measureDistributed measures three processes and their engines.
func measureDistributed(ctx context.Context, o options, r *report) error {
	s := r.section(fmt.Sprintf("distributed-%d", o.size.Tickets), fmt.Sprintf("Gateway and services on MongoDB's protocol (%s), Redis and NATS, %d tickets", mongod(ctx), o.size.Tickets))
	d, err := start(ctx, o, "distributed", deployed.Distributed)
	if err != nil {
		return err
	}
	err = measureCRM(ctx, o, r, s, d)
	if err == nil {
		err = measureDrivers(ctx, o, r, s, d)
	}
	return errors.Join(err, d.Stop())
}

// start starts a deployment with its data in the scratch folder, or in the one that is kept.
func start(ctx context.Context, o options, name string, deploy func(context.Context, deployed.Options) (*deployed.Deployment, error)) (*deployed.Deployment, error) {
	at := deployed.Options{Programs: filepath.Join(o.scratch, name), Data: filepath.Join(o.scratch, name, "kept")}
	if err := os.MkdirAll(at.Programs, 0o700); err != nil {
		return nil, err
	}
	if o.imported() {
		if o.data != "" {
			at.Data = filepath.Join(o.data, fmt.Sprintf("%s-%d", name, o.size.Tickets))
		}
		var err error
		if at.Archive, err = archive(o, at); err != nil {
			return nil, fmt.Errorf("write archive: %w", err)
		}
	}
	began := time.Now()
	d, err := deploy(ctx, at)
	say("%s is ready after %s", name, time.Since(began).Round(time.Second))
	return d, err
}

// measureCRM fills the deployment, unless it came with its tickets, and measures each kind of request.
func measureCRM(ctx context.Context, o options, r *report, s *section, d *deployed.Deployment) error {
	f, m := newFigures(r, s, d.Groups), newMemories(s, d.Groups)
	if err := m.note(ctx, "started"); err != nil {
		return err
	}
	api := crm.NewAPI(d.URL)
	clients, err := enter(ctx, o, api)
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	if err := errors.Join(api.Check(ctx, clients, o.size.Replies), m.note(ctx, "filled")); err != nil {
		return err
	}
	for _, kind := range api.Requests(clients) {
		if err := f.openLoop(ctx, kind.Name, o.rate*kind.Share, o.span, kind.Send); err != nil {
			return err
		}
	}
	return m.note(ctx, "measured")
}

// most is how many clients log in; each costs two password hashes.
const most = 500

// enter signs clients up who open all tickets, or logs some of those in who are there with theirs.
func enter(ctx context.Context, o options, api *crm.API) ([]crm.Client, error) {
	began := time.Now()
	defer func() { say("clients are logged in after %s", time.Since(began).Round(time.Second)) }()
	if !o.imported() {
		return api.Seed(ctx, o.size)
	}
	emails := make([]string, min(most, o.size.Clients))
	for i := range emails {
		emails[i] = fill.Email(i * o.size.Clients / len(emails))
	}
	return api.Return(ctx, emails, fill.Password)
}
