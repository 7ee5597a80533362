package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"crm.example/pkg/problem"
)

// secure_delete overwrites a row that is deleted. It does not overwrite the copies of rows that stay in the free space of a page
// when SQLite moves rows to another page to balance a tree. A VACUUM rewrites the complete file, without such copies. Writers wait
// until it is done.

const (
	// smallFile is the largest file that is rewritten at once before a time was measured: it took 0.2 to 0.35 s.
	smallFile = 16 << 20
	// vacuumWithin is how long a VACUUM at once may take, by the speed of the last one: half of the 2 s that writers may wait.
	vacuumWithin = time.Second
	// leastAtOnce is a small file on any machine: after one slow VACUUM it must not wait for the night.
	leastAtOnce = 4 << 20
	// restFactor limits the share of time in which writers wait, however often data is deleted: after a VACUUM that took 1 s,
	// there is none for 20 s.
	restFactor = 20
	// scrubPatience is short, since writers wait meanwhile and the next call comes soon.
	scrubPatience = "PRAGMA busy_timeout = 100"
)

// scrubOwed has a row while a VACUUM is due.
const scrubOwed = `CREATE TABLE IF NOT EXISTS scrub_owed (id INTEGER PRIMARY KEY CHECK (id = 1)) STRICT;`

const (
	fileSize   = `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`
	selectOwed = `SELECT EXISTS (SELECT 1 FROM scrub_owed)`
	insertOwed = `INSERT OR IGNORE INTO scrub_owed (id) VALUES (1)`
	deleteOwed = `DELETE FROM scrub_owed`
)

// Scrub removes from the files what was deleted before the call. It runs a VACUUM at once if the file is small and the last VACUUM
// is not too recent. Otherwise it notes in the file that a VACUUM is due, which Vacuum then runs. The log has earlier forms of
// pages: Scrub moves it into the database and truncates it. While somebody reads from the log, this is not possible: then it is a
// problem `unavailable`, and the caller tries again.
func (db *DB) Scrub(ctx context.Context) error {
	now, err := db.mayVacuum(ctx)
	if err != nil {
		return err
	}
	if now {
		return db.scrub(ctx, vacuum)
	}
	owe := func(ctx context.Context, tx *sql.Tx) error { _, err := tx.ExecContext(ctx, insertOwed); return err }
	if err := db.Write(ctx, owe); err != nil {
		return fmt.Errorf("note that a vacuum is due: %w", err)
	}
	return db.scrub(ctx, cutLog)
}

// Vacuum runs the VACUUM that Scrub noted as due, if there is one: in a quiet hour for any size of file, otherwise when the file may
// be rewritten at once. Call it every minute or so.
func (db *DB) Vacuum(ctx context.Context, quiet bool) error {
	var owed bool
	if err := db.reader.QueryRowContext(ctx, selectOwed).Scan(&owed); err != nil || !owed {
		return Translate(err)
	}
	now, err := db.mayVacuum(ctx)
	if err != nil || !now && !quiet {
		return err
	}
	return db.scrub(ctx, vacuum)
}

// mayVacuum tells whether writers can wait for a VACUUM now.
func (db *DB) mayVacuum(ctx context.Context) (bool, error) {
	var size int64
	if err := db.reader.QueryRowContext(ctx, fileSize).Scan(&size); err != nil {
		return false, Translate(fmt.Errorf("read the size of the file: %w", err))
	}
	return size <= db.vacuumUpTo.Load() && time.Now().UnixNano() >= db.restsUntil.Load(), nil
}

// scrub uses the writer's connection alone while it works.
func (db *DB) scrub(ctx context.Context, work func(context.Context, *DB, *sql.Conn) error) error {
	if err := db.alone(ctx); err != nil {
		return Translate(fmt.Errorf("wait to scrub: %w", err))
	}
	defer db.turn.end()
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return Translate(fmt.Errorf("scrub: %w", err))
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, scrubPatience); err != nil {
		return Translate(fmt.Errorf("scrub: %w", err))
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), usualPatience) }()
	return Translate(work(ctx, db, conn))
}

// TidyBy names a statement that runs before each VACUUM, for an index that keeps what was deleted from it until then. Call it
// before the first one.
func (db *DB) TidyBy(statement string) { db.tidy = statement }

func vacuum(ctx context.Context, db *DB, conn *sql.Conn) error {
	var size int64
	if err := conn.QueryRowContext(ctx, fileSize).Scan(&size); err != nil {
		return fmt.Errorf("read the size of the file: %w", err)
	}
	begun := time.Now()
	_, err := conn.ExecContext(ctx, db.tidy+"; VACUUM")
	took := time.Since(begun)
	db.restsUntil.Store(time.Now().Add(restFactor * took).UnixNano())
	if err != nil {
		return fmt.Errorf("vacuum: %w", err)
	}
	db.vacuumUpTo.Store(upTo(size, took))
	if err := cutLog(ctx, db, conn); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, deleteOwed); err != nil {
		return fmt.Errorf("note that no vacuum is due: %w", err)
	}
	return nil
}

// upTo is the largest file that can be rewritten within vacuumWithin, at the speed of the last VACUUM.
func upTo(size int64, took time.Duration) int64 {
	return max(leastAtOnce, int64(float64(size)*float64(vacuumWithin)/float64(max(took, time.Microsecond))))
}

func cutLog(ctx context.Context, _ *DB, conn *sql.Conn) error {
	var busy, pages, moved int
	if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return fmt.Errorf("cut the log: %w", err)
	}
	if busy != 0 {
		return problem.NewUnavailable(errStillRead)
	}
	return nil
}

var errStillRead = errors.New("cut the log: somebody reads what is in it")
