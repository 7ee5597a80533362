package sqlite

import (
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// settings hold for every connection, and the comment is why.
var settings = []string{
	"_defensive=1",                         // no statement can corrupt the file
	"_dqs=0",                               // a misspelt column in double quotes is an error, not a text
	"_busy_timeout=5000",                   // another process may be writing; usualPatience
	"_journal_mode=WAL",                    // readers never wait for the writer
	"_synchronous=FULL",                    // a commit is on disk when it returns
	"_foreign_keys=1",                      //
	"_pragma=secure_delete(1)",             // what a person has deleted is overwritten, not just unlinked
	"_pragma=trusted_schema(0)",            // SQL in the schema calls no unsafe function
	"_pragma=journal_size_limit(67108864)", // a log that once grew long gives its space back
}

// usualPatience is that of settings again, for a connection that had another.
const usualPatience = "PRAGMA busy_timeout = 5000"

// pool opens size connections at most; all stay open, since opening one costs more than a query.
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
