package sqlite

import (
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// settings are for every connection; each comment gives the reason.
var settings = []string{
	"_defensive=1",                         // no statement can corrupt the file
	"_dqs=0",                               // a misspelt column in double quotes is an error, not a text
	"_busy_timeout=5000",                   // another process may be writing; see usualPatience
	"_journal_mode=WAL",                    // readers never wait for the writer
	"_synchronous=FULL",                    // a commit is on disk when it returns
	"_foreign_keys=1",                      //
	"_pragma=secure_delete(1)",             // deleted data is overwritten, not only unlinked
	"_pragma=trusted_schema(0)",            // SQL in the schema calls no unsafe function
	"_pragma=journal_size_limit(67108864)", // a log that was long once gives its space back
}

// usualPatience sets _busy_timeout back, for a connection that had another one.
const usualPatience = "PRAGMA busy_timeout = 5000"

// pool opens at most size connections. All stay open, since opening one costs more than a query.
func pool(path string, size int, own string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find database: %w", err)
	}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: strings.Join(append([]string{own}, settings...), "&")}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}
