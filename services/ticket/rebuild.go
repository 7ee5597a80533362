package ticket

import (
	"context"
	"errors"

	"crm.example/services/ticket/internal/ticket"
)

// Rebuild stores an event with the present state of every ticket in the outbox of TICKET_STORE_URL, for a stream that lost its
// events: a running service publishes them. It needs no other setting. Events that the stream has already are left out, so it may
// be interrupted and repeated.
func Rebuild(ctx context.Context, cfg Config) (tickets int, err error) {
	if err := cfg.store().CheckExists(); err != nil {
		return 0, err
	}
	store, err := openStore(ctx, cfg.store())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return ticket.Rebuild(ctx, store, newID)
}
