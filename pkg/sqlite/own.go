package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
)

// Own makes this process the only server of the file, until it calls release or ends in any way. Two servers would not know of each
// other's data in memory. Commands that write beside a server do not own the file. The lock is on an empty database beside the file.
func Own(path string) (release func() error, err error) {
	locked, err := filepath.Abs(path + ".lock")
	if err == nil {
		err = create(locked)
	}
	if err != nil {
		return nil, fmt.Errorf("lock database %s: %w", path, err)
	}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(locked), RawQuery: "_txlock=exclusive"}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		return nil, fmt.Errorf("lock database %s: %w", path, err)
	}
	tx, err := db.BeginTx(context.Background(), nil)
	if err == nil {
		return func() error { return errors.Join(tx.Rollback(), db.Close()) }, nil
	}
	if isBusy(err) {
		err = errors.New("another server runs on it; stop that one first")
	}
	return nil, errors.Join(fmt.Errorf("lock database %s: %w", path, err), db.Close())
}
