package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// migrate makes the package's own tables and runs the migrations that the file has not had yet. PRAGMA user_version counts them,
// and is part of the migration's transaction: so two processes that start at the same time run each one only once.
func (db *DB) migrate(ctx context.Context, migrations []string) error {
	err := db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, outboxTable+scrubOwed+lastTry)
		return err
	})
	for n := 0; err == nil && n <= len(migrations); n++ {
		err = db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error { return step(ctx, tx, migrations, n) })
	}
	return err
}

// step runs migration n unless the file has had it. The last step, after all migrations, only checks.
func step(ctx context.Context, tx *sql.Tx, migrations []string, n int) error {
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if version > len(migrations) {
		return fmt.Errorf("its schema has version %d, this program knows %d: it was written by a newer version, start that one instead", version, len(migrations))
	}
	if version != n || n == len(migrations) {
		return nil
	}
	if _, err := tx.ExecContext(ctx, migrations[n]); err != nil {
		return fmt.Errorf("migration %d: %w", n+1, err)
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", n+1)) // takes no parameters
	return err
}
