package ticket

import (
	"context"

	"crm.example/services/ticket/internal/ticket"
)

// Rebuild stores an event with the present state of every ticket in the outbox of TICKET_STORE_URL, for a stream that lost its
// events: a running service publishes them. It needs no other setting. Events that the stream has already are left out, so it may
// be interrupted and repeated.
func Rebuild(ctx context.Context, cfg Config) (tickets int, err error) {
	err = onStore(ctx, cfg, func(store storage) (err error) {
		tickets, err = ticket.Rebuild(ctx, store, newID)
		return err
	})
	return tickets, err
}
