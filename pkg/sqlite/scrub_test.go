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

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
)

const texts = `CREATE TABLE texts (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, text TEXT NOT NULL); CREATE INDEX texts_by_text ON texts (text)`

// What one of many owners wrote, short and long, changed and moved about by others' writes, is in no file once it is
// deleted and scrubbed.
func TestScrub(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data.db")
	db, err := sqlite.Open(t.Context(), path, []string{texts})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
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
	var others sync.WaitGroup
	others.Go(func() { // who write meanwhile
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
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"), []string{texts})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
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
