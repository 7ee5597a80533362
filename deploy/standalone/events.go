package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"crm.example/services/auth"
	"crm.example/services/ticket"
)

// rebuild is the command events rebuild. It puts events into the outboxes, which a running server has open too; users come
// first, so that a consumer knows the client of a ticket.
func rebuild(ctx context.Context, args []string, log *slog.Logger) error {
	if !slices.Equal(args, []string{"rebuild"}) {
		return errors.New("want: standalone events rebuild")
	}
	s, err := load()
	if err != nil {
		return err
	}
	users, err := auth.Rebuild(ctx, s.auth)
	if err != nil {
		return err
	}
	tickets, err := ticket.Rebuild(ctx, s.ticket)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "Announced as they are; a server on this data publishes what the streams lack", "users", users, "tickets", tickets)
	return nil
}
