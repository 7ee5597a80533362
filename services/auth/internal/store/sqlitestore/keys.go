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
	rows, err := s.Read().QueryContext(ctx, selectKeys)
	if err != nil {
		return nil, sqlite.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	var keys []account.Key
	for rows.Next() {
		var k account.Key
		var created int64
		if err := rows.Scan(&k.ID, &created, &k.Data); err != nil {
			return nil, sqlite.Translate(err)
		}
		k.CreatedAt = time.UnixMilli(created).UTC()
		keys = append(keys, k)
	}
	return keys, sqlite.Translate(rows.Err())
}

// AddKey implements account.Keys.
func (s *Store) AddKey(ctx context.Context, k account.Key) error {
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return exec(ctx, tx, "add key", insertKey, k.ID, k.CreatedAt.UnixMilli(), k.Data)
	})
}

// RemoveKey implements account.Keys.
func (s *Store) RemoveKey(ctx context.Context, id string) error {
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return exec(ctx, tx, "remove key", removeKey, id)
	})
}
