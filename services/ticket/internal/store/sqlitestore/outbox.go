package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"

	"crm.example/pkg/events"
	"crm.example/pkg/sqlite"
)

// Pending returns the oldest events that are not published yet, in the order of their changes.
func (s *Store) Pending(ctx context.Context, limit int) ([]events.Message, error) {
	return s.db.Pending(ctx, limit)
}

// Settle removes a published event; with the last event of a deleted ticket its tombstone goes too.
func (s *Store) Settle(ctx context.Context, m events.Message) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		last, err := sqlite.Settle(ctx, tx, m)
		if err != nil || !last {
			return err
		}
		if _, err := tx.ExecContext(ctx, deleteBuried, m.Document); err != nil {
			return fmt.Errorf("remove tombstone: %w", err)
		}
		return nil
	})
}
