package auth

import (
	"context"
	"errors"
	"fmt"

	"crm.example/pkg/outbox"
	"crm.example/pkg/storeurl"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/announce"
	"crm.example/services/auth/internal/store/mongostore"
)

// storage is everything that the service stores durably.
type storage interface {
	account.Store
	account.Archive
	account.Restater
	account.Keys
	outbox.Store
	// Ready tells in a sentence, which anybody may see, why the store does not work.
	Ready(ctx context.Context) error
	// Vacuum does what Scrub has left for a quiet hour; quiet says that it is that hour. It is called every minute.
	Vacuum(ctx context.Context, quiet bool) error
	Close() error
}

// openStore chooses the store by the scheme of AUTH_STORE_URL. announced is called after each write with events.
func openStore(ctx context.Context, from storeurl.URL, announced func(userID string)) (storage, error) {
	if err := from.Check(); err != nil {
		return nil, err
	}
	if path, file := from.File(); file {
		return openSQLite(ctx, path, announced)
	}
	store, err := mongostore.Open(from.Text, announce.Message)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from.Setting, err)
	}
	store.Announced = announced
	return store, nil
}

// onStore opens the store for a command, beside a running service or without it. A file that does not exist is an error.
func onStore(ctx context.Context, cfg Config, do func(storage) error) error {
	if err := cfg.store().CheckExists(); err != nil {
		return err
	}
	store, err := openStore(ctx, cfg.store(), nil)
	if err != nil {
		return err
	}
	return errors.Join(do(store), store.Close())
}
