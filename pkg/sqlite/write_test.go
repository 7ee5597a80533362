package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
)

// together runs the changes so that they share one commit, and returns their outcomes.
func together(t *testing.T, db *sqlite.DB, changes ...func(context.Context, *sql.Tx) error) []error {
	t.Helper()
	outcomes := make([]error, len(changes))
	var wg sync.WaitGroup
	err := db.Write(t.Context(), func(context.Context, *sql.Tx) error {
		for i, change := range changes {
			wg.Go(func() {
				defer func() {
					if p := recover(); p != nil {
						outcomes[i] = fmt.Errorf("panic: %v", p)
					}
				}()
				outcomes[i] = db.Write(t.Context(), change)
			})
			for db.Queue() <= i {
				runtime.Gosched()
			}
		}
		return nil
	})
	wg.Wait()
	return append(outcomes, err)
}

func TestChangeFailsAlone(t *testing.T) {
	t.Parallel()
	db, refused := fresh(t), errors.New("refused")
	got := together(t, db,
		addNote("1"),
		func(ctx context.Context, tx *sql.Tx) error { return errors.Join(addNote("2")(ctx, tx), refused) },
		addNote("1"),
		func(ctx context.Context, tx *sql.Tx) error { _ = addNote("3")(ctx, tx); panic("boom") },
		addNote("3"),
	)
	if got[0] != nil || !errors.Is(got[1], refused) || !sqlite.IsUnique(got[2], "note.id") || fmt.Sprint(got[3]) != "panic: boom" || got[4] != nil || got[5] != nil {
		t.Errorf("outcomes: %v", got)
	}
	if n := number(t, db, "SELECT count(*) FROM note WHERE id IN ('1', '3')"); n != 2 || number(t, db, "SELECT count(*) FROM note") != 2 {
		t.Errorf("%d of the two good rows are there, or others too", n)
	}
}

// A client that hangs up in the middle of its change takes nobody else's with it: SQLite would roll back everything when
// it is told to stop.
func TestEndOfAContextCutsNoChangeOff(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	ctx, hangUp := context.WithCancel(t.Context())
	left := make(chan error, 1)
	err := db.Write(t.Context(), func(own context.Context, tx *sql.Tx) error {
		go func() {
			left <- db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
				hangUp()
				return addNote("2")(ctx, tx)
			})
		}()
		for db.Queue() == 0 {
			runtime.Gosched()
		}
		return addNote("1")(own, tx)
	})
	if err := errors.Join(err, <-left); err != nil || number(t, db, "SELECT count(*) FROM note") != 2 {
		t.Errorf("%v, want two rows", err)
	}
}

// SQLite rolls back everything when the disk is full: then nobody in the group may be told that it was kept.
func TestFullDiskFailsTheGroup(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	if err := db.Write(t.Context(), run("PRAGMA max_page_count = 1")); err != nil {
		t.Fatal(err)
	}
	got := together(t, db,
		addNote("1"),
		run("INSERT INTO note VALUES ('2', hex(zeroblob(100000)))"),
	)
	for i, err := range got {
		if !problem.Is(err, problem.Unavailable) {
			t.Errorf("outcome %d: %v, want unavailable", i, err)
		}
	}
	if err := db.Write(t.Context(), addNote("3")); err != nil {
		t.Errorf("the next small change: %v", err)
	}
	if n := number(t, db, "SELECT count(*) FROM note"); n != 1 {
		t.Errorf("%d rows, want the one after", n)
	}
}

func TestMoreChangesThanOneGroupTakes(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	var changes []func(context.Context, *sql.Tx) error
	for i := range 100 {
		changes = append(changes, addNote(fmt.Sprint(i)))
	}
	if err := errors.Join(together(t, db, changes...)...); err != nil {
		t.Error(err)
	}
	if n := number(t, db, "SELECT count(*) FROM note"); n != len(changes) {
		t.Errorf("%d rows, want %d", n, len(changes))
	}
}

func TestWaitForAnotherProcessEndsWithTheContext(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	db, neighbour := open(t, path), open(t, path)
	err := neighbour.Write(t.Context(), func(context.Context, *sql.Tx) error {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		return db.Write(ctx, addNote("1"))
	})
	if !problem.Is(err, problem.Unavailable) || !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "BUSY") {
		t.Errorf("Write = %v, want unavailable because of the context, and not because SQLite was tired of waiting", err)
	}
	if err := db.Write(t.Context(), addNote("1")); err != nil {
		t.Errorf("the next write: %v", err)
	}
}

// Whoever gives up at the moment its turn comes must hand the turn on.
func TestGivingUpNeverStopsTheOthers(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := range 50 {
				ctx, cancel := context.WithCancel(t.Context())
				if w%2 == 0 {
					go cancel()
				}
				err := db.Write(ctx, increment(false))
				if err != nil && (w%2 == 1 || !problem.Is(err, problem.Unavailable)) {
					t.Errorf("writer %d, write %d: %v", w, i, err)
				}
				cancel()
			}
		})
	}
	wg.Wait()
	if n := number(t, db, "SELECT n FROM counter"); n < 8*50 {
		t.Errorf("counter = %d, want at least the %d of those who did not give up", n, 8*50)
	}
}
