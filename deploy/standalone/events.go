package main

import (
	"context"

	"crm.example/pkg/command"
	"crm.example/services/auth"
	"crm.example/services/ticket"
)

// rebuild is the command events rebuild. It adds events to the outboxes, which a running server may have open too. Users come
// first, so that a consumer knows the client of a ticket.
func rebuild(ctx context.Context, call command.Call) error {
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
	call.Log.InfoContext(ctx, "The events are in the outbox; a server on this data publishes those that the streams do not have", "users", users, "tickets", tickets)
	return nil
}
