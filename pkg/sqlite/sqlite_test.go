package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
)

var schema = []string{
	"CREATE TABLE note (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT",
	"CREATE TABLE counter (n INTEGER NOT NULL) STRICT; INSERT INTO counter VALUES (0)",
}

func open(t *testing.T, path string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, schema)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func fresh(t *testing.T) *sqlite.DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "data", "test.db"))
}

// run is a change of one statement.
func run(query string, args ...any) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}
}

func addNote(id string) func(context.Context, *sql.Tx) error {
	return run("INSERT INTO note VALUES (?, 'text')", id)
}

func number(t *testing.T, db *sqlite.DB, query string) int {
	t.Helper()
	var n int
	if err := db.Read().QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestConnectionsKeepWhatIsPromised(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "busy_timeout": "5000"}
	for pragma, value := range want {
		var read, write string
		if err := db.Read().QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&read); err != nil {
			t.Fatal(err)
		}
		err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error { return tx.QueryRow("PRAGMA " + pragma).Scan(&write) })
		if err != nil || read != value || write != value {
			t.Errorf("%s: readers %q, writer %q (%v), want %q", pragma, read, write, err, value)
		}
	}
	if _, err := db.Read().ExecContext(t.Context(), "INSERT INTO note VALUES ('1', '')"); err == nil {
		t.Error("the readers' pool can write")
	}
}

func TestFilesAreForTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data", "100% ours?.db")
	db := open(t, path)
	if err := db.Write(t.Context(), addNote("1")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v, want mode 0600", name, info, err)
		}
	}
}

func TestWriteIsAllOrNothing(t *testing.T) {
	t.Parallel()
	db, broken := fresh(t), errors.New("broken")
	err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		return errors.Join(addNote("1")(ctx, tx), broken)
	})
	if !errors.Is(err, broken) || number(t, db, "SELECT count(*) FROM note") != 0 {
		t.Errorf("Write = %v; want the closure's error and no row", err)
	}
	func() {
		defer func() {
			if recover() != "boom" {
				t.Error("the panic did not reach the caller of Write")
			}
		}()
		_ = db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			_ = addNote("1")(ctx, tx)
			panic("boom")
		})
	}()
	if err := db.Write(t.Context(), addNote("2")); err != nil {
		t.Errorf("after a panic: %v", err)
	}
	if n := number(t, db, "SELECT count(*) FROM note"); n != 1 {
		t.Errorf("%d rows, want the one after the panic", n)
	}
}

func TestManyWritersLoseNoUpdate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	db, neighbour := open(t, path), open(t, path) // the second stands for another process
	const writers, times = 16, 20
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for range times {
				if err := []*sqlite.DB{db, neighbour}[i%2].Write(t.Context(), increment(i%4 == 3)); err != nil && err != errRefused {
					t.Errorf("writer %d: %v", i, err)
				}
				number(t, db, "SELECT n FROM counter")
			}
		})
	}
	wg.Wait()
	if n := number(t, db, "SELECT n FROM counter"); n != writers*times*3/4 {
		t.Errorf("counter = %d after %d increments", n, writers*times*3/4)
	}
}

var errRefused = errors.New("refused")

// increment reads and writes back, so that two at a time would lose one; refuse makes it fail afterwards.
func increment(refuse bool) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT n FROM counter").Scan(&n); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE counter SET n = ?", n+1); err != nil || !refuse {
			return err
		}
		return errRefused
	}
}

func TestWaitingWriterGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Write(t.Context(), func(context.Context, *sql.Tx) error {
		waiting := make(chan error)
		go func() { waiting <- db.Write(ctx, addNote("1")) }()
		cancel()
		return <-waiting
	})
	if !problem.Is(err, problem.Unavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("Write = %v, want unavailable because of the context", err)
	}
	if n := number(t, db, "SELECT count(*) FROM note"); n != 0 {
		t.Errorf("the writer that gave up left %d rows", n)
	}
}

func TestFailuresAreToldApart(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	write := func(query string) error { return db.Write(t.Context(), run(query)) }
	if err := write("INSERT INTO note VALUES ('1', '')"); err != nil {
		t.Fatal(err)
	}
	err := fmt.Errorf("store: %w", write("INSERT INTO note VALUES ('1', '')"))
	if !sqlite.IsUnique(err, "note.id") || sqlite.IsUnique(err, "note.body") || problem.Is(err, problem.Unavailable) {
		t.Errorf("%v is not told as a taken note.id", err)
	}
	if err := write("INSERT INTO note VALUES ('2', NULL)"); err == nil || sqlite.IsUnique(err, "") {
		t.Errorf("a missing value: %v", err)
	}
	if err := write("INSERT INTO nothing VALUES (1)"); err == nil || problem.From(err).Code != problem.Internal {
		t.Errorf("a wrong statement: %v, want internal", err)
	}
	if err := write("PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	if err := write("INSERT INTO note VALUES ('3', hex(zeroblob(100000)))"); !problem.Is(err, problem.Unavailable) {
		t.Errorf("a full disk: %v, want unavailable", err)
	}
}

func TestClosedIsUnavailable(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), schema)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), addNote("1")); !problem.Is(err, problem.Unavailable) {
		t.Errorf("Write = %v", err)
	}
	if _, err := db.Pending(t.Context(), []string{"a"}, 1); !problem.Is(err, problem.Unavailable) {
		t.Errorf("Pending = %v", err)
	}
	if _, err := db.Read().QueryContext(t.Context(), "SELECT 1"); !problem.Is(sqlite.Translate(err), problem.Unavailable) {
		t.Errorf("Read = %v", err)
	}
}

// Two processes may start at once on a file that isn't there yet.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	for i := range 5 {
		path := filepath.Join(t.TempDir(), fmt.Sprint(i), "test.db")
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				db, err := sqlite.Open(t.Context(), path, schema)
				if err != nil {
					t.Error(err)
					return
				}
				t.Cleanup(func() { _ = db.Close() })
			})
		}
		wg.Wait()
		if n := number(t, open(t, path), "SELECT count(*) FROM counter"); n != 1 {
			t.Errorf("%d counters, want 1: a migration ran more than once", n)
		}
	}
}

func TestMigrationsRunOnceEach(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	open(t, path)
	db := open(t, path)
	if v, n := number(t, db, "PRAGMA user_version"), number(t, db, "SELECT count(*) FROM counter"); v != len(schema) || n != 1 {
		t.Errorf("version %d with %d counters, want %d with 1", v, n, len(schema))
	}
	more := append(schema[:len(schema):len(schema)], "ALTER TABLE note ADD COLUMN extra TEXT", "CREATE TABEL typo (n)")
	if _, err := sqlite.Open(t.Context(), path, more); err == nil || !strings.Contains(err.Error(), "migration 4") {
		t.Errorf("a wrong migration: %v", err)
	}
	if v := number(t, db, "PRAGMA user_version"); v != 3 {
		t.Errorf("version %d after the wrong fourth migration, want 3", v)
	}
	if _, err := sqlite.Open(t.Context(), path, schema); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("a file of a newer version: %v", err)
	}
}
