package sqlite

import (
	"fmt"
	"testing"
	"time"
)

// Queue counts the writers that wait for their turn.
func (db *DB) Queue() int {
	db.turn.mu.Lock()
	defer db.turn.mu.Unlock()
	return len(db.turn.waiting)
}

func (db *DB) VacuumUpTo(size int64)  { db.vacuumUpTo.Store(size) }
func (db *DB) RestUntil(at time.Time) { db.restsUntil.Store(at.UnixNano()) }
func (db *DB) Rests() bool            { return time.Now().UnixNano() < db.restsUntil.Load() }

// AgeTry has Ready try anew.
func (db *DB) AgeTry() { db.wellUntil.Store(0) }

// MaxPages bounds the file, as a full disk does.
func (db *DB) MaxPages(t *testing.T, pages int) {
	t.Helper()
	if _, err := db.writer.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
		t.Fatal(err)
	}
}

// FailTries has the next try need another page.
func (db *DB) FailTries(t *testing.T) {
	t.Helper()
	if _, err := db.writer.ExecContext(t.Context(), "CREATE TRIGGER grows AFTER UPDATE ON last_try BEGIN INSERT INTO texts (owner, text) VALUES (1, hex(zeroblob(65536))); END"); err != nil {
		t.Fatal(err)
	}
}

// UpTo is upTo.
var UpTo = upTo

func (db *DB) VacuumsUpTo() int64 { return db.vacuumUpTo.Load() }
