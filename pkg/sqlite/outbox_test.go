package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/sqlite"
)

func message(document, id string) events.Message {
	return events.Message{ID: id, Document: document, Subject: "crm.ticket.replied.c." + document, Body: []byte(`{"id":"` + id + `"}`)}
}

func messages(document string, ids ...string) (msgs []events.Message) {
	for _, id := range ids {
		msgs = append(msgs, message(document, id))
	}
	return msgs
}

func pendingIDs(t *testing.T, db *sqlite.DB, limit int, documents ...string) []string {
	t.Helper()
	msgs, err := db.Pending(t.Context(), documents, limit)
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

func announce(t *testing.T, db *sqlite.DB, msgs ...events.Message) {
	t.Helper()
	if err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error { return sqlite.Announce(t.Context(), tx, msgs...) }); err != nil {
		t.Fatal(err)
	}
}

func TestOutboxKeepsTheOrderOfChanges(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	announce(t, db, messages("a", "9", "1")...)
	announce(t, db, message("b", "5"))
	announce(t, db, message("a", "3"))
	if got := pendingIDs(t, db, 3, "b", "a", "x"); !slices.Equal(got, []string{"9", "1", "5"}) {
		t.Errorf("the oldest three are %v", got)
	}
	for range 2 { // settling again changes nothing
		if err := db.MarkPublished(t.Context(), messages("a", "9")); err != nil {
			t.Fatal(err)
		}
	}
	announce(t, db, message("b", "0"))
	if got := pendingIDs(t, db, 10, "a", "b"); !slices.Equal(got, []string{"1", "5", "3", "0"}) {
		t.Errorf("after settling the oldest: %v", got)
	}
	if got := pendingIDs(t, db, 10, "b"); !slices.Equal(got, []string{"5", "0"}) {
		t.Errorf("of b alone: %v", got)
	}
}

func TestMarkPublishedTellsWhoIsDone(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	announce(t, db, messages("a", "1", "2")...)
	announce(t, db, messages("b", "3", "4")...)
	for want, published := range map[string][]events.Message{"a": append(messages("a", "1", "2"), message("b", "3"))} {
		err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			settled, err := sqlite.MarkPublished(t.Context(), tx, published)
			if strings.Join(settled, " ") != want {
				t.Errorf("settled %v, want %s", settled, want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	waiting, err := db.Waiting(t.Context(), time.Now(), 10)
	if err != nil || strings.Join(waiting, " ") != "b" {
		t.Errorf("%v wait (%v), want b", waiting, err)
	}
}

func TestWaitingNamesEachDocumentOnce(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	for _, d := range []string{"c", "a", "b", "a", "c"} {
		announce(t, db, message(d, d+time.Now().String()))
	}
	for limit, want := range map[int]string{10: "a b c", 2: "a b"} {
		if got, err := db.Waiting(t.Context(), time.Now(), limit); err != nil || strings.Join(got, " ") != want {
			t.Errorf("Waiting(%d) = %v, %v", limit, got, err)
		}
	}
}

func TestOutboxGoesWithItsChange(t *testing.T) {
	t.Parallel()
	db, refused := fresh(t), errors.New("refused")
	err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		return errors.Join(sqlite.Announce(t.Context(), tx, message("a", "1")), refused)
	})
	if !errors.Is(err, refused) || len(pendingIDs(t, db, 1, "a")) != 0 {
		t.Errorf("Write = %v, and an event of a change that never was", err)
	}
}
