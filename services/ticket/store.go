package ticket

import (
	"context"
	"fmt"
	"strings"

	"crm.example/pkg/bus"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/sqlitestore"
	"crm.example/services/ticket/internal/ticket"
)

// storage is all that the service keeps durably.
type storage interface {
	ticket.Store
	bus.Outbox
	Ready(ctx context.Context) error
	Close() error
}

// openStore chooses the store by the scheme of TICKET_STORE_URL.
func openStore(ctx context.Context, url string) (storage, error) {
	scheme, path, _ := strings.Cut(url, ":")
	if scheme != "sqlite" || path == "" { // the rest of the URL may hold a password
		return nil, fmt.Errorf("TICKET_STORE_URL has the scheme %q; it must be sqlite:<file>", scheme)
	}
	store, err := sqlitestore.Open(ctx, path, announce.Message)
	if err != nil {
		return nil, fmt.Errorf("TICKET_STORE_URL: %w", err)
	}
	return store, nil
}
