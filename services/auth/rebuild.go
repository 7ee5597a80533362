package auth

import (
	"context"
	"errors"

	"crm.example/services/auth/internal/account"
)

// Rebuild stores an event with the present state of every user in the outbox of AUTH_STORE_URL, for a stream that lost its events: a
// running service publishes them. It needs no other setting. Events that the stream has already are left out, so it may be
// interrupted and repeated.
func Rebuild(ctx context.Context, cfg Config) (users int, err error) {
	if err := cfg.store().CheckExists(); err != nil {
		return 0, err
	}
	store, err := openStore(ctx, cfg.store(), nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return account.Rebuild(ctx, store, newID)
}
