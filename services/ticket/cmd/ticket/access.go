package main

import (
	"context"
	"fmt"
	"io"

	"crm.example/pkg/mongo/access"
	"crm.example/services/ticket"
)

// storeAccess is done once for a new MongoDB, and again after its user's password was changed.
func storeAccess(ctx context.Context, cfg ticket.Config, out io.Writer) error {
	if err := access.Grant(ctx, cfg.StoreAdminURL, cfg.StoreURL); err != nil {
		return fmt.Errorf("TICKET_STORE_URL and TICKET_STORE_ADMIN_URL: %w", err)
	}
	_, err := fmt.Fprintln(out, "the store's user may do what the service does, in its database only")
	return err
}
