package sqlitestore

import (
	"context"
	"database/sql"
	"time"

	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
)

// ErasedUsers implements account.Erasures.
func (s *Store) ErasedUsers(ctx context.Context, now time.Time, limit int) ([]account.Tombstone, error) {
	return sqlite.Rows(ctx, s.Read(), func(rows *sql.Rows, t *account.Tombstone) error {
		return rows.Scan(&t.UserID, &t.Again)
	}, usersErased, now.UnixMilli(), limit)
}

// ClearTombstoneRevocation implements account.Erasures.
func (s *Store) ClearTombstoneRevocation(ctx context.Context, userID string) error {
	_, err := s.Exec(ctx, "settle tombstone", markTombstone, userID)
	return err
}

// PostponeTombstone implements account.Erasures.
func (s *Store) PostponeTombstone(ctx context.Context, userID string, until time.Time) error {
	_, err := s.Exec(ctx, "postpone tombstone", laterTombstone, userID, until.UnixMilli())
	return err
}

// RemoveTombstone implements account.Erasures.
func (s *Store) RemoveTombstone(ctx context.Context, userID string) error {
	_, err := s.Exec(ctx, "remove tombstone", dropTombstone, userID)
	return err
}

// RemoveSessions implements account.Erasures.
func (s *Store) RemoveSessions(ctx context.Context, userID string) error {
	_, err := s.Exec(ctx, "remove sessions", removeSessions, userID)
	return err
}
