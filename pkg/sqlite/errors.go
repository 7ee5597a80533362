package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"crm.example/pkg/problem"
)

// outages are the primary result codes that mean a fault of the file, the disk or the moment, and not of the statement.
var outages = map[int]bool{
	codes.SQLITE_BUSY: true, codes.SQLITE_LOCKED: true, codes.SQLITE_PROTOCOL: true, codes.SQLITE_INTERRUPT: true,
	codes.SQLITE_FULL: true, codes.SQLITE_IOERR: true, codes.SQLITE_CANTOPEN: true, codes.SQLITE_READONLY: true,
	codes.SQLITE_PERM: true, codes.SQLITE_NOMEM: true, codes.SQLITE_CORRUPT: true, codes.SQLITE_NOTADB: true,
}

// Translate turns an error that says nothing about the query (the file is busy, full, closed or broken, or
// the context ended) into a problem `unavailable`. Any other error, such as sql.ErrNoRows or a problem, stays what it is.
func Translate(err error) error {
	var p *problem.Error
	if err == nil || errors.As(err, &p) || !isOutage(err) {
		return err
	}
	return problem.NewUnavailable(err)
}

func isOutage(err error) bool {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return outages[e.Code()&0xff]
	}
	for _, target := range []error{context.Canceled, context.DeadlineExceeded, driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone} {
		if errors.Is(err, target) {
			return true
		}
	}
	return strings.Contains(err.Error(), "sql: database is closed") // database/sql does not export this one
}

func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == codes.SQLITE_BUSY
}

// IsUnique reports whether a statement failed because a key or a unique index has the value already.
// constraint, if not empty, must be in SQLite's text, which names the columns: "users.email".
func IsUnique(err error, constraint string) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	unique := e.Code() == codes.SQLITE_CONSTRAINT_UNIQUE || e.Code() == codes.SQLITE_CONSTRAINT_PRIMARYKEY
	return unique && strings.Contains(e.Error(), constraint)
}
