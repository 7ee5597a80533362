package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/ticket"
)

// Erase is described in ticket.Erasures.
func (s *Store) Erase(ctx context.Context, userID string, at time.Time) error {
	_, err := s.Exec(ctx, "note erasure", eraseClient, userID, at.UnixMilli(), at.UnixMilli())
	return err
}

// Erased is described in ticket.Erasures.
func (s *Store) Erased(ctx context.Context, userIDs ...string) ([]string, error) {
	return sqlite.Rows(ctx, s.Read(), sqlite.Text, selectErased, sqlite.List(userIDs))
}

// DueErasures is described in ticket.Erasures.
func (s *Store) DueErasures(ctx context.Context, now time.Time, limit int) ([]ticket.Erasure, error) {
	return sqlite.Rows(ctx, s.Read(), func(rows *sql.Rows, e *ticket.Erasure) error {
		var at int64
		err := rows.Scan(&e.UserID, &e.Round, &at)
		e.At = time.UnixMilli(at).UTC()
		return err
	}, selectDue, now.UnixMilli(), limit)
}

// FinishErasure is described in ticket.Erasures.
func (s *Store) FinishErasure(ctx context.Context, e ticket.Erasure, again time.Time) error {
	due := sql.NullInt64{Int64: again.UnixMilli(), Valid: !again.IsZero()}
	_, err := s.Exec(ctx, "finish erasure", finishRound, due, e.UserID, e.Round)
	return err
}

// TicketsOf is described in ticket.Erasures.
func (s *Store) TicketsOf(ctx context.Context, clientID string, limit int) ([]string, error) {
	return sqlite.Rows(ctx, s.Read(), sqlite.Text, selectOwn, clientID, limit)
}

// HasTombstones is described in ticket.Erasures.
func (s *Store) HasTombstones(ctx context.Context, clientID string) (there bool, err error) {
	if err := s.Read().QueryRowContext(ctx, selectTombstone, clientID).Scan(&there); err != nil {
		return false, sqlite.Translate(fmt.Errorf("look for tombstones: %w", err))
	}
	return there, nil
}

// RenameAgent is described in ticket.Erasures.
func (s *Store) RenameAgent(ctx context.Context, agentID, name string, limit int) (renamed int, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		renamed = 0
		for _, statement := range []string{renameAgent, renameNotes, renameAssignee} {
			n, err := sqlite.Exec(ctx, tx, "rename agent", statement, name, agentID, name, limit)
			if renamed += n; err != nil {
				return err
			}
		}
		return nil
	})
	return renamed, err
}
