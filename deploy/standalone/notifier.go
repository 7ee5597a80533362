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
		workers = append(workers, p.notify)
	}
	return workers
}

// notify outlasts the notifier: whoever reaches the NATS port can make its durable useless, and must not end the server with it.
func (p *process) notify(ctx context.Context) error {
	if err := p.notifier.Run(ctx); err != nil {
		p.log.Error("The notifier has ended, and begins again with the next start", "reason", err)
	}
	<-ctx.Done()
	return nil
}
