package main

import (
	"context"
	"path/filepath"

	"crm.example/deploy/examples/notifier"
)

// notifierIn are its own settings, with what it keeps in the data folder and the NATS server in the process.
func notifierIn(data string) notifier.Config {
	n := notifier.Defaults()
	n.NATSURL, n.Dir = "", filepath.Join(data, "notifier")
	return n
}

// workers are what runs beside requests.
func (p *process) workers() []func(context.Context) error {
	workers := []func(context.Context) error{p.auth.Run, p.ticket.Run}
	if p.notifier != nil {
		workers = append(workers, p.notifier.Run)
	}
	return workers
}
