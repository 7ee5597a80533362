package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"crm.example/deploy/bench/internal/bare"
	"crm.example/deploy/bench/internal/crm"
	"crm.example/deploy/bench/internal/process"
)

// run measures everything, one after the other, and prints each figure as soon as it is there.
func run(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp(o.dir, "crm-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := printMachine(dir); err != nil {
		return err
	}
	r := &report{}
	for _, part := range []func(context.Context, options, string, *report) error{measureCRM, measureNothing, measureDatabase} {
		if err := part(ctx, o, dir, r); err != nil {
			return err
		}
	}
	return r.print()
}

// measureCRM measures the deployment that was named, or else a standalone that is started for it.
func measureCRM(ctx context.Context, o options, dir string, r *report) (err error) {
	if o.url == "" {
		var server *process.Server
		if server, o.url, err = startStandalone(ctx, dir); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, server.Stop()) }()
		o.pid = server.PID()
	}
	api := crm.NewAPI(o.url)
	if err := r.memory(ctx, o.pid, "started, idle"); err != nil {
		return err
	}
	began := time.Now()
	clients, err := api.Seed(ctx, o.size)
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	say("%d clients with %d tickets of %d messages signed up and written in %s", o.size.Clients, o.size.Tickets, 1+o.size.Replies, time.Since(began).Round(time.Second))
	if err := errors.Join(api.Check(ctx, clients, o.size), r.memory(ctx, o.pid, "filled, idle")); err != nil {
		return err
	}
	for _, m := range api.Requests(clients) {
		if err := r.openLoop(ctx, m.Name, o.rate*m.Share, o.span, o.pid, m.Send); err != nil {
			return err
		}
	}
	return r.memory(ctx, o.pid, "measured, idle")
}

const serveBare = "serve-nothing"

// measureNothing is the same load on a server that does nothing.
func measureNothing(ctx context.Context, o options, dir string, r *report) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	address, err := process.FreeAddress()
	if err != nil {
		return err
	}
	server, err := process.Start(filepath.Join(dir, "nothing.log"), os.Environ(), self, serveBare, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	if err := server.Await(ctx, "http://"+address); err != nil {
		return err
	}
	api := crm.NewAPI("http://" + address)
	return r.openLoop(ctx, "net/http, 8 KiB of nothing", o.rate, o.span, server.PID(), api.Get)
}

// measureDatabase is what the requests do in the database, one after the other, without a server.
func measureDatabase(ctx context.Context, o options, dir string, r *report) (err error) {
	tickets, err := bare.OpenTickets(ctx, filepath.Join(dir, "bare.db"), o.size.Clients, o.size.Tickets, o.size.Replies)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tickets.Close()) }()
	for _, op := range tickets.Operations() {
		if err := r.closedLoop(ctx, "SQLite alone: "+op.Name, o.span/5, op.Do); err != nil {
			return err
		}
	}
	return nil
}
