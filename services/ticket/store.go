package ticket

import (
	"context"
	"fmt"
	"strings"

	"crm.example/pkg/mongo"
	"crm.example/pkg/outbox"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/mongostore"
	"crm.example/services/ticket/internal/ticket"
)

// storage is all that the service keeps durably.
type storage interface {
	ticket.Store
	ticket.Archive
	ticket.Restater
	outbox.Store
	Ready(ctx context.Context) error // a sentence, fit for strangers, on what is missing
	// Vacuum does what Scrub has left for a quiet hour, in which it is told so. It is called every minute.
	Vacuum(ctx context.Context, quiet bool) error
	Close() error
}

// openStore chooses the store by the scheme of TICKET_STORE_URL.
func openStore(ctx context.Context, url string) (storage, error) {
	if err := checkStore(url); err != nil {
		return nil, err
	}
	if path, file := strings.CutPrefix(url, "sqlite:"); file {
		return openSQLite(ctx, path)
	}
	store, err := mongostore.Open(url, announce.Message)
	if err != nil {
		return nil, fmt.Errorf("TICKET_STORE_URL: %w", err)
	}
	return store, nil
}

// checkStore refuses what openStore would refuse of a URL.
func checkStore(url string) error {
	scheme, path, _ := strings.Cut(url, ":")
	switch {
	case scheme == "sqlite" && path != "":
		return checkSQLite()
	case scheme != "mongodb": // the rest of the URL may hold a password
		return fmt.Errorf("TICKET_STORE_URL has the scheme %q; it must be sqlite:<file> or mongodb://host/database", scheme)
	}
	if err := mongo.CheckURI(url); err != nil {
		return fmt.Errorf("TICKET_STORE_URL: %w", err)
	}
	return nil
}
