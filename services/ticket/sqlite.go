//go:build !nosqlite

package ticket

import (
	"context"
	"fmt"

	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/sqlitestore"
)

func openSQLite(ctx context.Context, path string) (storage, error) {
	store, err := sqlitestore.Open(ctx, path, announce.Message)
	if err != nil {
		return nil, fmt.Errorf("TICKET_STORE_URL: %w", err)
	}
	return store, nil
}
