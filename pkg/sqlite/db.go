// Package sqlite opens the one file in which a service keeps its data when it runs without a server:
// durable writes, readers beside the writer, migrations, and the outbox of events. It knows no service's tables.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite": SQLite without cgo
)

// readers is how many queries may run beside the writer. A few suffice: they wait for no lock, only for a core.
const readers = 4

// patience is how long another process may keep the file to itself.
const patience = 5 * time.Second

// DB is one database file. Its methods may be called by any number of goroutines, and a second
// process may use the same file meanwhile.
type DB struct {
	writer *sql.DB // one connection: writers queue here, where a context ends their wait, and not on SQLite's lock
	reader *sql.DB
}

// Open opens the file, making it and its folder if they are missing (for this user only), and brings it up to date:
// each migration is SQL that runs once, in order, in a transaction of its own. A file that
// has more migrations behind it than are given comes from a newer version and is refused.
func Open(ctx context.Context, path string, migrations []string) (*DB, error) {
	if err := create(path); err != nil {
		return nil, fmt.Errorf("create database: %w", err)
	}
	db := &DB{}
	var err error
	if db.writer, err = pool(path, 1, "_txlock=immediate"); err != nil {
		return nil, err
	}
	if db.reader, err = pool(path, readers, "_query_only=1"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := db.connect(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), db.Close())
	}
	if err := db.migrate(ctx, migrations); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), db.Close())
	}
	return db, nil
}

// create makes an empty file for this user only; SQLite gives the files beside it the same mode. A file that
// exists isn't even opened: closing it again would drop the locks that this process holds on it.
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

// Write runs change in a transaction and returns nil once it is on disk. If change returns an error, nothing
// happened, and Write returns that error; if the file is busy, full or closed, or ctx ends first, it is a problem `unavailable`.
func (db *DB) Write(ctx context.Context, change func(tx *sql.Tx) error) error {
	tx, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return Translate(fmt.Errorf("begin: %w", err))
	}
	defer func() { _ = tx.Rollback() }() // also when change panics; after a commit it does nothing
	if err := change(tx); err != nil {
		return Translate(err)
	}
	if err := tx.Commit(); err != nil {
		return Translate(fmt.Errorf("commit: %w", err))
	}
	return nil
}

// Read is the pool for queries. A query sees the last commit before it began. Its errors go through Translate.
func (db *DB) Read() *sql.DB { return db.reader }

// Close waits for running queries and closes the file. Whatever comes later gets a problem `unavailable`.
func (db *DB) Close() error {
	var err error
	if db.reader != nil {
		err = db.reader.Close()
	}
	return errors.Join(err, db.writer.Close()) // last, because the last one to go moves the log into the file
}
