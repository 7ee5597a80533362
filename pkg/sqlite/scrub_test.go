package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
)

const texts = `CREATE TABLE texts (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, text TEXT NOT NULL); CREATE INDEX texts_by_text ON texts (text)`

// written is a database in which one of many owners wrote, short and long, changed and moved about by others' writes; what that
// owner wrote has just been deleted.
func written(t *testing.T) (db *sqlite.DB, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "data.db")
	db = reopened(t, path)
	for batch := range 100 {
		err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error { return churn(tx, 30*batch, 30*batch+30) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := found(t, path, "SECRET"); n == 0 {
		t.Fatal("nothing is found before it is deleted")
	}
	if err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM texts WHERE owner = 0")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return db, path
}

func reopened(t *testing.T, path string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, []string{texts})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// wantErased looks at the bytes of the files, and at what others wrote.
func wantErased(t *testing.T, db *sqlite.DB, path string) {
	t.Helper()
	var sound string
	if err := db.Read().QueryRow("PRAGMA integrity_check").Scan(&sound); err != nil || sound != "ok" {
		t.Errorf("the file is %s, %v", sound, err)
	}
	if n := found(t, path, "SECRET"); n != 0 {
		t.Errorf("it is found %d times", n)
	}
	if n := found(t, path, "others"); n == 0 {
		t.Error("what others wrote is gone")
	}
}

// What was deleted is in no file once it is scrubbed, while others write.
func TestScrub(t *testing.T) {
	t.Parallel()
	db, path := written(t)
	var others sync.WaitGroup
	others.Go(func() {
		for i := range 20 {
			if err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error { return churn(tx, 3001+5*i, 3004+5*i) }); err != nil {
				t.Error(err)
			}
		}
	})
	if err := db.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	others.Wait()
	wantErased(t, db, path)
}

// In a large file the log is cut at once, and the VACUUM waits for a quiet hour, also when the program ends before that.
func TestScrubOfALargeFile(t *testing.T) {
	t.Parallel()
	db, path := written(t)
	db.VacuumUpTo(1)
	if err := db.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("the log after it: %v, %v", info, err)
	}
	if n := found(t, path, "SECRET"); n == 0 {
		t.Fatal("nothing is left in free space, so that this test says nothing")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = reopened(t, path)
	db.VacuumUpTo(1)
	if err := db.Vacuum(t.Context(), false); err != nil || found(t, path, "SECRET") == 0 {
		t.Fatalf("in a busy hour: %v, or writers had to wait", err)
	}
	if err := db.Vacuum(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	wantErased(t, db, path)
	db.RestUntil(time.Unix(0, 0))
	if err := db.Vacuum(t.Context(), true); err != nil || db.Rests() {
		t.Errorf("once it is done: %v, or it was done again", err)
	}
}

// However often something is deleted, writers wait for a small part of the time only.
func TestScrubRests(t *testing.T) {
	t.Parallel()
	db, path := written(t)
	db.RestUntil(time.Now().Add(time.Hour))
	if err := db.Scrub(t.Context()); err != nil || found(t, path, "SECRET") == 0 {
		t.Fatalf("soon after another: %v, or it did not rest", err)
	}
	if err := db.Vacuum(t.Context(), false); err != nil || found(t, path, "SECRET") == 0 {
		t.Fatalf("soon after another: %v, or it did not rest", err)
	}
	db.RestUntil(time.Now())
	if err := db.Vacuum(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	wantErased(t, db, path)
	if !db.Rests() {
		t.Error("the next one need not wait")
	}
}

// A file that owes nothing is not written anew.
func TestVacuumThatIsNotOwed(t *testing.T) {
	t.Parallel()
	db, path := written(t)
	if err := db.Vacuum(t.Context(), true); err != nil || found(t, path, "SECRET") == 0 {
		t.Errorf("%v, or it was done", err)
	}
	if err := db.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	db.RestUntil(time.Unix(0, 0))
	if err := db.Vacuum(t.Context(), true); err != nil || db.Rests() {
		t.Errorf("once it is done: %v, or it was done again", err)
	}
}

// churn inserts, changes and deletes, so that rows move about. Every fifth is a secret.
func churn(tx *sql.Tx, from, to int) error {
	for i := from; i < to; i++ {
		text := fmt.Sprintf("%d %s", i, strings.Repeat("others ", i%400))
		if i%5 == 0 {
			text = fmt.Sprintf("%d SECRET-%s", i*7919%3000, strings.Repeat("SECRET ", i%700))
		}
		if _, err := tx.Exec("INSERT INTO texts (owner, text) VALUES (?, ?)", i%5, text); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE texts SET text = text || ' and more' WHERE id = ? AND id % 7 = 0", i/2); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM texts WHERE id = ? AND id % 3 = 0 AND owner <> 0", i/3); err != nil {
			return err
		}
	}
	return nil
}

// found counts a text in the database and the files beside it.
func found(t *testing.T, path, text string) (n int) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(raw, []byte(text))
	}
	return n
}

// Who reads while the log is to be cut, keeps it; writers go on.
func TestScrubWhileSomebodyReads(t *testing.T) {
	t.Parallel()
	db := reopened(t, filepath.Join(t.TempDir(), "data.db"))
	insert := func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO texts (owner, text) VALUES (1, 'a')")
		return err
	}
	if err := db.Write(t.Context(), insert); err != nil {
		t.Fatal(err)
	}
	reading, err := db.Read().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := reading.QueryRow("SELECT count(*) FROM texts").Scan(&n); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	var writers sync.WaitGroup
	for range 20 {
		writers.Go(func() {
			if err := db.Write(context.Background(), insert); err != nil {
				t.Error(err)
			}
		})
	}
	if err := db.Scrub(t.Context()); !problem.Is(err, problem.Unavailable) {
		t.Errorf("while somebody reads: %v, want unavailable", err)
	}
	writers.Wait()
	if err := reading.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := db.Scrub(t.Context()); err != nil {
		t.Errorf("after it: %v", err)
	}
}

// A slow disk or a busy machine makes a file large: what took longer waits for a quiet hour next time.
func TestVacuumIsMeasured(t *testing.T) {
	t.Parallel()
	const size = 64 << 20
	for took, want := range map[time.Duration]bool{500 * time.Millisecond: true, time.Second: true, 1100 * time.Millisecond: false, 20 * time.Second: false} {
		if now := sqlite.UpTo(size, took) >= size; now != want {
			t.Errorf("after %s: at once %t, want %t", took, now, want)
		}
	}
	db, _ := written(t)
	db.VacuumUpTo(1 << 30)
	if err := db.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if db.VacuumsUpTo() == 1<<30 {
		t.Error("the last one is not measured")
	}
}
