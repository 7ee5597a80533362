package ticket

import (
	"context"
	"errors"

	"crm.example/services/ticket/internal/ticket"
)

// Rebuild announces every ticket of the store of TICKET_STORE_URL as it is, for a stream that has lost its events: a
// running service publishes them. Of the other settings it needs none. What the stream has already it
// does not get again, so that this may be cut off and repeated.
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
