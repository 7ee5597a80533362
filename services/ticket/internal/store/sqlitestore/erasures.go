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
	_, err := s.exec(ctx, "note erasure", eraseClient, userID, at.UnixMilli(), at.UnixMilli())
	return err
}

// Erased is described in ticket.Erasures.
func (s *Store) Erased(ctx context.Context, userIDs ...string) ([]string, error) {
	return rowsOf(ctx, s, "look up erasures", textOf, selectErased, sqlite.List(userIDs))
}

// DueErasures is described in ticket.Erasures.
func (s *Store) DueErasures(ctx context.Context, now time.Time, limit int) ([]ticket.Erasure, error) {
	return rowsOf(ctx, s, "list erasures", func(rows *sql.Rows) (e ticket.Erasure, err error) {
		var at int64
		err = rows.Scan(&e.UserID, &e.Round, &at)
		e.At = time.UnixMilli(at).UTC()
		return e, err
	}, selectDue, now.UnixMilli(), limit)
}

// FinishErasure is described in ticket.Erasures.
func (s *Store) FinishErasure(ctx context.Context, e ticket.Erasure, again time.Time) error {
	due := sql.NullInt64{Int64: again.UnixMilli(), Valid: !again.IsZero()}
	_, err := s.exec(ctx, "finish erasure", finishRound, due, e.UserID, e.Round)
	return err
}

// TicketsOf is described in ticket.Erasures.
func (s *Store) TicketsOf(ctx context.Context, clientID string, limit int) ([]string, error) {
	return rowsOf(ctx, s, "list tickets of client", textOf, selectOwn, clientID, limit)
}

// Buried is described in ticket.Erasures.
func (s *Store) Buried(ctx context.Context, clientID string) (there bool, err error) {
	if err := s.db.Read().QueryRowContext(ctx, selectBuried, clientID).Scan(&there); err != nil {
		return false, sqlite.Translate(fmt.Errorf("look for tombstones: %w", err))
	}
	return there, nil
}

// RenameAgent is described in ticket.Erasures.
func (s *Store) RenameAgent(ctx context.Context, agentID, name string, limit int) (int, error) {
	return s.exec(ctx, "rename agent", renameAgent, name, agentID, name, limit)
}

// Scrub is described in ticket.Erasures.
func (s *Store) Scrub(ctx context.Context) error { return s.db.Scrub(ctx) }

// Vacuum does what Scrub has left for a quiet hour.
func (s *Store) Vacuum(ctx context.Context, quiet bool) error { return s.db.Vacuum(ctx, quiet) }

// exec is a write of one statement, and tells how many rows it changed.
func (s *Store) exec(ctx context.Context, what, statement string, args ...any) (changed int, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, statement, args...)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		n, err := result.RowsAffected()
		changed = int(n)
		return err
	})
	return changed, err
}

func textOf(rows *sql.Rows) (text string, err error) {
	err = rows.Scan(&text)
	return text, err
}

func rowsOf[T any](ctx context.Context, s *Store, what string, scan func(*sql.Rows) (T, error), statement string, args ...any) ([]T, error) {
	rows, err := s.db.Read().QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, sqlite.Translate(fmt.Errorf("%s: %w", what, err))
	}
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, sqlite.Translate(fmt.Errorf("%s: %w", what, err))
		}
		all = append(all, item)
	}
	return all, sqlite.Translate(rows.Err())
}
