package sqlite_test

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/sqlite"
)

func message(document, id string) events.Message {
	return events.Message{ID: id, Document: document, Subject: "crm.ticket.replied.c." + document, Body: []byte(`{"id":"` + id + `"}`)}
}

func pendingIDs(t *testing.T, db *sqlite.DB, limit int) []string {
	t.Helper()
	msgs, err := db.Pending(t.Context(), limit)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range msgs {
		ids = append(ids, m.ID)
		if want := message(m.Document, m.ID); m.Subject != want.Subject || string(m.Body) != string(want.Body) {
			t.Errorf("pending %+v, want %+v", m, want)
		}
	}
	return ids
}

func TestOutboxKeepsTheOrderOfChanges(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	announce := func(msgs ...events.Message) error {
		return db.Write(t.Context(), func(tx *sql.Tx) error { return sqlite.Announce(t.Context(), tx, msgs...) })
	}
	if err := errors.Join(announce(message("a", "9"), message("a", "1")), announce(message("b", "5")), announce(message("a", "3"))); err != nil {
		t.Fatal(err)
	}
	if got := pendingIDs(t, db, 3); !slices.Equal(got, []string{"9", "1", "5"}) {
		t.Errorf("the oldest three are %v", got)
	}
	for range 2 { // settling again changes nothing
		if err := db.Settle(t.Context(), message("a", "9")); err != nil {
			t.Fatal(err)
		}
	}
	if err := announce(message("b", "0")); err != nil {
		t.Fatal(err)
	}
	if got := pendingIDs(t, db, 10); !slices.Equal(got, []string{"1", "5", "3", "0"}) {
		t.Errorf("after settling the oldest: %v", got)
	}
	for _, c := range []struct {
		id   string
		last bool
	}{{"1", false}, {"3", true}} {
		err := db.Write(t.Context(), func(tx *sql.Tx) error {
			last, err := sqlite.Settle(t.Context(), tx, message("a", c.id))
			if last != c.last {
				err = fmt.Errorf("settling %s: last = %t", c.id, last)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestOutboxGoesWithItsChange(t *testing.T) {
	t.Parallel()
	db, refused := fresh(t), errors.New("refused")
	err := db.Write(t.Context(), func(tx *sql.Tx) error {
		return errors.Join(sqlite.Announce(t.Context(), tx, message("a", "1")), refused)
	})
	if !errors.Is(err, refused) || len(pendingIDs(t, db, 1)) != 0 {
		t.Errorf("Write = %v, and an event of a change that never was", err)
	}
}
