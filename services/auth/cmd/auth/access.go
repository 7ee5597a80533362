package main

import (
	"context"
	"fmt"

	"crm.example/pkg/mongo/access"
)

// storeAccess is done once for a new MongoDB, and again after its user's password was changed.
func storeAccess(ctx context.Context, c command) error {
	if len(c.args) > 0 {
		return errUsage
	}
	if err := access.Grant(ctx, c.cfg.StoreAdminURL, c.cfg.StoreURL); err != nil {
		return fmt.Errorf("AUTH_STORE_URL and AUTH_STORE_ADMIN_URL: %w", err)
	}
	_, err := fmt.Fprintln(c.out, "the store's user may do what the service does, in its database only")
	return err
}
