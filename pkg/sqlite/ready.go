package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"crm.example/pkg/problem"
)

// tryEvery is how long Ready relies on a write that succeeded, unless a later one fails.
const tryEvery = 10 * time.Second

// lastTry is a row that is written to find out whether writes work.
const lastTry = `CREATE TABLE IF NOT EXISTS last_try (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL) STRICT;`

const saveTry = `INSERT INTO last_try (id, at) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET at = ?1`

var (
	errDiskFull = errors.New("The disk is full: nothing can be stored")
	errNoStore  = errors.New("The store does not answer")
)

// Ready tells in a sentence, which anybody may see, why nothing can be stored. It tries to write: once in ten seconds while writes
// work, however often it is called, and at each call after a write has failed.
func (db *DB) Ready(ctx context.Context) error {
	now := time.Now().UnixNano()
	if now < db.wellUntil.Load() {
		return nil
	}
	err := db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, saveTry, now)
		return err
	})
	switch {
	case err == nil:
		db.wellUntil.Store(now + int64(tryEvery))
		return nil
	case isFull(err):
		return errDiskFull
	}
	return errNoStore
}

// noteOutcome notes whether a write succeeded. If it failed because of the disk, the next Ready tries to write.
func (db *DB) noteOutcome(err error) {
	if problem.Is(err, problem.Unavailable) {
		db.wellUntil.Store(0)
	}
}

func isFull(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == codes.SQLITE_FULL
}
