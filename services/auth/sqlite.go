//go:build !nosqlite

package auth

import (
	"context"
	"fmt"
	"strings"

	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/announce"
	"crm.example/services/auth/internal/store/sqlitestore"
)

// own keeps other servers from the file of the URL. Replicas share a MongoDB.
func own(url string) (release func() error, err error) {
	path, file := strings.CutPrefix(url, "sqlite:")
	if !file {
		return func() error { return nil }, nil
	}
	if release, err = sqlite.Own(path); err != nil {
		return nil, fmt.Errorf("AUTH_STORE_URL: %w", err)
	}
	return release, nil
}

// checkSQLite is for a program that is built with SQLite.
func checkSQLite() error { return nil }

func openSQLite(ctx context.Context, path string, announced func(userID string)) (storage, error) {
	store, err := sqlitestore.Open(ctx, path, announce.Message)
	if err != nil {
		return nil, fmt.Errorf("AUTH_STORE_URL: %w", err)
	}
	store.Announced = announced
	return store, nil
}
