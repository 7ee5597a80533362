package auth

import (
	"context"
	"errors"

	"crm.example/services/auth/internal/account"
)

// Rebuild announces every user of the store of AUTH_STORE_URL as they are, for a stream that has lost its events: a
// running service publishes them. Of the other settings it needs none. What the stream has already it
// does not get again, so that this may be cut off and repeated.
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
