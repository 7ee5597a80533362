package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"crm.example/deploy/bench/internal/bare"
	"crm.example/deploy/bench/internal/crm"
	"crm.example/deploy/bench/internal/process"
)

// measureBaselines is the same load on a server that does nothing, and what the requests do in the database without one.
func measureBaselines(ctx context.Context, o options, r *report, s *section) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	address, err := process.FreeAddress()
	if err != nil {
		return err
	}
	server, err := process.Start(filepath.Join(o.scratch, "nothing.log"), os.Environ(), self, serveNothing, address)
	if err != nil {
		return err
	}
	if err := server.Await(ctx, "http://"+address); err != nil {
		return errors.Join(err, server.Stop())
	}
	f := newFigures(r, s, []process.Group{{Name: "server", PIDs: []int{server.PID()}}})
	err = f.openLoop(ctx, "net/http, 8 KiB of nothing", o.rate, o.span, crm.NewAPI("http://"+address).Get)
	if err := errors.Join(err, server.Stop()); err != nil {
		return err
	}
	return measureSQLite(ctx, o, f)
}

func measureSQLite(ctx context.Context, o options, f figures) (err error) {
	f.groups = []process.Group{self}
	tickets, err := bare.OpenTickets(ctx, filepath.Join(o.scratch, "bare.db"), o.size.Clients, min(o.size.Tickets, 100_000), o.size.Replies)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tickets.Close()) }()
	for _, op := range tickets.Operations() {
		if err := f.inARow(ctx, "SQLite alone: "+op.Name, o.span/5, op.Do); err != nil {
			return err
		}
	}
	return nil
}
