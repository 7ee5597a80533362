package sqlite_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"crm.example/pkg/problem"
)

// Nothing can be stored on a full disk, and Ready says so: at once after a write that failed, and by itself when its time has come.
func TestReadyOnAFullDisk(t *testing.T) {
	t.Parallel()
	db := reopened(t, filepath.Join(t.TempDir(), "data.db"))
	if err := db.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	insert := func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO texts (owner, text) VALUES (1, ?)", strings.Repeat("x", 1<<16))
		return err
	}
	db.MaxPages(t, 1) // those that are there already: the file grows no more
	if err := db.Write(t.Context(), insert); !problem.Is(err, problem.Unavailable) {
		t.Fatalf("a write on a full disk: %v", err)
	}
	db.FailTries(t)
	for range 2 {
		if err := db.Ready(t.Context()); err == nil || err.Error() != "The disk is full: nothing can be stored" {
			t.Errorf("after a write that failed: %v", err)
		}
	}
	db.MaxPages(t, 1<<30)
	for range 2 {
		if err := db.Ready(t.Context()); err != nil {
			t.Errorf("when there is room again: %v", err)
		}
	}
	if err := db.Write(t.Context(), insert); err != nil {
		t.Error(err)
	}
}

// While all is well, looking costs nothing until the last try is ten seconds old.
func TestReadyTriesSeldom(t *testing.T) {
	t.Parallel()
	db := reopened(t, filepath.Join(t.TempDir(), "data.db"))
	tried := func() (at int64) {
		t.Helper()
		if err := db.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := db.Read().QueryRow("SELECT at FROM last_try").Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	first := tried()
	if tried() != first {
		t.Error("it tries at each look")
	}
	db.AgeTry()
	if tried() == first {
		t.Error("it believes an old try")
	}
}
