package sqlitestore

import (
	"context"
	"database/sql"

	"crm.example/pkg/events"
	"crm.example/pkg/sqlite"
)

// MarkPublished removes published events; with the last event of a deleted ticket its tombstone goes too.
func (s *Store) MarkPublished(ctx context.Context, published []events.Message) error {
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		done, err := sqlite.MarkPublished(ctx, tx, published)
		if err != nil {
			return err
		}
		_, err = sqlite.Exec(ctx, tx, "remove tombstones", deleteTombs, sqlite.List(done))
		return err
	})
}
