package sqlite_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"crm.example/pkg/sqlite"
)

func add(t *testing.T, db *sqlite.DB, id string) {
	t.Helper()
	if err := db.Write(t.Context(), addNote(id)); err != nil {
		t.Fatal(err)
	}
}

func TestQueriesAreKeptAndSeeEachCommit(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	const query = "SELECT count(*) FROM note WHERE id <> ?"
	count := func() (n int) {
		if err := db.Queries().QueryRowContext(t.Context(), query, "x").Scan(&n); err != nil {
			t.Error(err)
		}
		return n
	}
	for want := range 3 {
		var all sync.WaitGroup
		for range 8 { // more than there are connections
			all.Go(func() {
				if got := count(); got != want {
					t.Errorf("%d notes, want %d", got, want)
				}
			})
		}
		all.Wait()
		add(t, db, string(rune('a'+want)))
	}
}

func TestQueryDoesNotBeginAfterItsContextAndItsRowsGoOn(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	add(t, db, "a")
	add(t, db, "b")
	ctx, cancel := context.WithCancel(t.Context())
	rows, err := db.Queries().QueryContext(ctx, "SELECT id FROM note")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	cancel()
	n := 0
	for rows.Next() {
		n++
	}
	if err := rows.Err(); err != nil || n != 2 {
		t.Errorf("%d rows, %v", n, err)
	}
	if _, err := db.Queries().QueryContext(ctx, "SELECT id FROM note"); !errors.Is(err, context.Canceled) {
		t.Errorf("begun after its context: %v", err)
	}
	if err := db.Queries().QueryRowContext(ctx, "SELECT id FROM note").Scan(new(string)); !errors.Is(err, context.Canceled) {
		t.Errorf("begun after its context: %v", err)
	}
	if err := sqlite.Translate(db.Queries().QueryRowContext(t.Context(), "SELECT nonsense").Scan(new(string))); err == nil {
		t.Error("nonsense is answered")
	}
}
