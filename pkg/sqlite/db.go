// Package sqlite opens the SQLite file of a service: durable writes, readers beside the writer, migrations, and the outbox of
// events. It knows no service's tables.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite": SQLite without cgo
)

// readers is how many queries may run beside the writer. A few suffice: they wait for no lock, only for a core.
const readers = 4

// patience is how long another process may lock the file.
const patience = 5 * time.Second

// DB is one database file. Its methods may be called by any number of goroutines, and a second
// process may use the same file meanwhile.
type DB struct {
	reader *sql.DB
	writer *sql.DB // one connection
	turn   turn    // the queue for it. Writers wait here and not for SQLite's lock, so that a context can end their wait
	group  *group  // the transaction under way, nil between two

	tidy       string       // runs before each VACUUM
	vacuumUpTo atomic.Int64 // size of the file in bytes, above which a VACUUM waits for a quiet hour
	restsUntil atomic.Int64 // no VACUUM before this time, in nanoseconds since 1970
	wellUntil  atomic.Int64 // until this time Ready assumes that writes work, likewise

	queries Queries
}

// Open opens the file, making it and its folder if they are missing (for this user only), and brings it up to date:
// each migration is SQL that runs once, in order, in a transaction of its own. A file that
// has had more migrations than are given comes from a newer version and is refused.
func Open(ctx context.Context, path string, migrations []string) (*DB, error) {
	if err := create(path); err != nil {
		return nil, fmt.Errorf("create database: %w", err)
	}
	db := &DB{}
	db.vacuumUpTo.Store(smallFile)
	err := db.open(ctx, path)
	if err == nil {
		err = db.migrate(ctx, migrations)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), db.Close())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, path string) (err error) {
	if db.writer, err = pool(path, 1, "_txlock=immediate"); err != nil {
		return err
	}
	if db.reader, err = pool(path, readers, "_query_only=1"); err != nil {
		return err
	}
	db.queries.reader = db.reader
	return db.connect(ctx)
}

// create makes an empty file for this user only; SQLite gives the files beside it the same mode. A file that
// exists is not even opened: closing it again would remove the locks that this process holds on it.
func create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// connect makes the first connection, which switches a new file to WAL. SQLite doesn't wait for the lock that
// this needs, so that of two processes that start at once, one is told to try again.
func (db *DB) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := db.writer.PingContext(ctx)
		if err == nil || !isBusy(err) {
			return Translate(err)
		}
		select {
		case <-ctx.Done():
			return Translate(err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Read is the pool for queries. A query sees the last commit before it began. Its errors go through Translate.
func (db *DB) Read() *sql.DB { return db.reader }

// Close waits for the writes under way and closes the file. Later calls get a problem `unavailable`.
func (db *DB) Close() error {
	_ = db.alone(context.Background())
	defer db.turn.end()
	var errs []error
	for _, pool := range []*sql.DB{db.reader, db.writer} { // the writer last: the last connection to be closed moves the log into the file
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}
