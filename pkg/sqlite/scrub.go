package sqlite

import (
	"context"
	"errors"
	"fmt"

	"crm.example/pkg/problem"
)

// scrubPatience is short: writers wait meanwhile, and the next call comes soon.
const scrubPatience = "PRAGMA busy_timeout = 100"

// Scrub takes out of the files what was deleted before the call. In the database itself secure_delete overwrites it, and
// clearGaps what it misses; the log still has the pages as they were, so what it holds moves into the database and it
// is cut to nothing. While somebody reads from it that is not possible, and a problem `unavailable`: try again.
// It reads the whole file once, beside those who use it.
func (db *DB) Scrub(ctx context.Context) error {
	if err := db.clearGaps(ctx); err != nil {
		return Translate(err)
	}
	return db.cutLog(ctx)
}

func (db *DB) cutLog(ctx context.Context) error {
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
	var busy, pages, moved int
	if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return Translate(fmt.Errorf("cut the log: %w", err))
	}
	if busy != 0 {
		return problem.NewUnavailable(errStillRead)
	}
	return nil
}

var errStillRead = errors.New("cut the log: somebody reads what is in it")
