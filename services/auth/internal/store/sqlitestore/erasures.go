package sqlitestore

import (
	"context"
	"database/sql"

	"crm.example/pkg/sqlite"
)

// ErasedUsers implements account.Erasures.
func (s *Store) ErasedUsers(ctx context.Context, limit int) (ids []string, err error) {
	rows, err := s.Read().QueryContext(ctx, usersErased, limit)
	if err != nil {
		return nil, sqlite.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, sqlite.Translate(err)
		}
		ids = append(ids, id)
	}
	return ids, sqlite.Translate(rows.Err())
}

// SettleTombstone implements account.Erasures.
func (s *Store) SettleTombstone(ctx context.Context, userID string) error {
	return s.statement(ctx, "settle tombstone", markTombstone, userID)
}

// RemoveTombstone implements account.Erasures.
func (s *Store) RemoveTombstone(ctx context.Context, userID string) error {
	return s.statement(ctx, "remove tombstone", dropTombstone, userID)
}

// RemoveSessions implements account.Erasures.
func (s *Store) RemoveSessions(ctx context.Context, userID string) error {
	return s.statement(ctx, "remove sessions", removeSessions, userID)
}

// statement is a write of its own.
func (s *Store) statement(ctx context.Context, what, query string, args ...any) error {
	return s.Write(ctx, func(tx *sql.Tx) error { return exec(ctx, tx, what, query, args...) })
}
