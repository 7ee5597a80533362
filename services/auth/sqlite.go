//go:build !nosqlite

package auth

import (
	"context"
	"fmt"

	"crm.example/services/auth/internal/announce"
	"crm.example/services/auth/internal/store/sqlitestore"
)

func openSQLite(ctx context.Context, path string, announced func(userID string)) (storage, error) {
	store, err := sqlitestore.Open(ctx, path, announce.Message)
	if err != nil {
		return nil, fmt.Errorf("AUTH_STORE_URL: %w", err)
	}
	store.Announced = announced
	return store, nil
}
