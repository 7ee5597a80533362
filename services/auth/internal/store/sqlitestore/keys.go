package sqlitestore

import (
	"context"
	"database/sql"
	"time"

	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
)

// Keys implements account.Keys.
func (s *Store) Keys(ctx context.Context) ([]account.Key, error) {
	return sqlite.Rows(ctx, s.Read(), func(rows *sql.Rows, k *account.Key) error {
		var created int64
		err := rows.Scan(&k.ID, &created, &k.Data)
		k.CreatedAt = time.UnixMilli(created).UTC()
		return err
	}, selectKeys)
}

// AddKey implements account.Keys.
func (s *Store) AddKey(ctx context.Context, k account.Key) error {
	_, err := s.Exec(ctx, "add key", insertKey, k.ID, k.CreatedAt.UnixMilli(), k.Data)
	return err
}

// RemoveKey implements account.Keys.
func (s *Store) RemoveKey(ctx context.Context, id string) error {
	_, err := s.Exec(ctx, "remove key", removeKey, id)
	return err
}
