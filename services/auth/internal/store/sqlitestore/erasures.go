package sqlitestore

import (
	"context"
	"database/sql"
	"time"

	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
)

// ErasedUsers implements account.Erasures.
func (s *Store) ErasedUsers(ctx context.Context, now time.Time, limit int) (due []account.Tombstone, err error) {
	rows, err := s.Read().QueryContext(ctx, usersErased, now.UnixMilli(), limit)
	if err != nil {
		return nil, sqlite.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var t account.Tombstone
		if err := rows.Scan(&t.UserID, &t.Again); err != nil {
			return nil, sqlite.Translate(err)
		}
		due = append(due, t)
	}
	return due, sqlite.Translate(rows.Err())
}

// SettleTombstone implements account.Erasures.
func (s *Store) SettleTombstone(ctx context.Context, userID string) error {
	return s.statement(ctx, "settle tombstone", markTombstone, userID)
}

// PostponeTombstone implements account.Erasures.
func (s *Store) PostponeTombstone(ctx context.Context, userID string, until time.Time) error {
	return s.statement(ctx, "postpone tombstone", laterTombstone, userID, until.UnixMilli())
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
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error { return exec(ctx, tx, what, query, args...) })
}
