package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/sqlite"
)

// Waiting returns ids of tickets with events that are not published yet.
func (s *Store) Waiting(ctx context.Context, before time.Time, limit int) ([]string, error) {
	return s.db.Waiting(ctx, before, limit)
}

// Pending returns the oldest of these tickets' events that are not published yet, in the order of their changes.
func (s *Store) Pending(ctx context.Context, tickets []string, limit int) ([]events.Message, error) {
	return s.db.Pending(ctx, tickets, limit)
}

// MarkPublished removes published events; with the last event of a deleted ticket its tombstone goes too.
func (s *Store) MarkPublished(ctx context.Context, published []events.Message) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		settled, err := sqlite.MarkPublished(ctx, tx, published)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, deleteBuried, sqlite.List(settled)); err != nil {
			return fmt.Errorf("remove tombstones: %w", err)
		}
		return nil
	})
}
