package main

import (
	"context"
	"path/filepath"

	"crm.example/deploy/examples/notifier"
)

// notifierIn returns the notifier's settings, with its files in the data folder and the NATS server of the process.
func notifierIn(data string) notifier.Config {
	n := notifier.Defaults()
	n.NATSURL, n.Dir = "", filepath.Join(data, "notifier")
	return n
}

// workers is the background work.
func (p *process) workers() []func(context.Context) error {
	workers := []func(context.Context) error{p.auth.Run, p.ticket.Run, p.backups().Run}
	if p.notifier != nil {
		workers = append(workers, p.notify)
	}
	return workers
}

// notify goes on when the notifier ends: whoever reaches the NATS port can make its durable useless, and this must not end the
// server.
func (p *process) notify(ctx context.Context) error {
	if err := p.notifier.Run(ctx); err != nil {
		p.log.Error("The notifier has ended, and begins again with the next start", "reason", err)
	}
	<-ctx.Done()
	return nil
}
