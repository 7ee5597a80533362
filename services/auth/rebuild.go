package auth

import (
	"context"

	"crm.example/services/auth/internal/account"
)

// Rebuild stores an event with the present state of every user in the outbox of AUTH_STORE_URL, for a stream that lost its events: a
// running service publishes them. It needs no other setting. Events that the stream has already are left out, so it may be
// interrupted and repeated.
func Rebuild(ctx context.Context, cfg Config) (users int, err error) {
	err = onStore(ctx, cfg, func(store storage) (err error) {
		users, err = account.Rebuild(ctx, store, newID)
		return err
	})
	return users, err
}
