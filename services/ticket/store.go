package ticket

import (
	"context"
	"errors"
	"fmt"

	"crm.example/pkg/outbox"
	"crm.example/pkg/storeurl"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/mongostore"
	"crm.example/services/ticket/internal/ticket"
)

// storage is everything that the service stores durably.
type storage interface {
	ticket.Store
	ticket.Archive
	ticket.Restater
	outbox.Store
	Ready(ctx context.Context) error // says what is missing in a sentence, which anybody may see
	// Vacuum does what Scrub has left for a quiet hour; quiet says that it is that hour. It is called every minute.
	Vacuum(ctx context.Context, quiet bool) error
	Close() error
}

// openStore chooses the store by the scheme of TICKET_STORE_URL.
func openStore(ctx context.Context, from storeurl.URL) (storage, error) {
	if err := from.Check(); err != nil {
		return nil, err
	}
	if path, file := from.File(); file {
		return openSQLite(ctx, path)
	}
	store, err := mongostore.Open(from.Text, announce.Message)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from.Setting, err)
	}
	return store, nil
}

// onStore opens the store for a command, beside a running service or without it. A file that does not exist is an error.
func onStore(ctx context.Context, cfg Config, do func(storage) error) error {
	if err := cfg.store().CheckExists(); err != nil {
		return err
	}
	store, err := openStore(ctx, cfg.store())
	if err != nil {
		return err
	}
	return errors.Join(do(store), store.Close())
}
