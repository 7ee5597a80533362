package sqlitestore_test

import (
	"testing"
	"time"

	"crm.example/pkg/outbox/outboxtest"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/sqlitestore"
	"crm.example/services/ticket/internal/ticket"
)

var client = ticket.Actor{ID: "c1", Name: "Client One", Role: ticket.Client}

func newTicket(t *testing.T, s *sqlitestore.Store) ticket.Ticket {
	t.Helper()
	stamp := ticket.Stamp{Actor: client, At: time.Now().UTC().Truncate(time.Millisecond), EventID: "e1", MessageID: "m1"}
	created, err := s.Create(t.Context(), ticket.Open(stamp, "t1", ticket.Draft{Subject: "Printer", Message: "On fire", Key: "key"}))
	if err != nil {
		t.Fatal(err)
	}
	return created
}

func change(t *testing.T, s *sqlitestore.Store, rule func(*ticket.Ticket, ticket.Stamp)) {
	t.Helper()
	stamp := ticket.Stamp{Actor: client, At: time.Now(), EventID: "e2", MessageID: "m2"}
	_, err := s.Update(t.Context(), ticket.Target{ID: "t1"}, func(tk *ticket.Ticket, _ ticket.Idempotency) error {
		rule(tk, stamp)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, s *sqlitestore.Store, query string) (value string) {
	t.Helper()
	if err := s.Read().QueryRowContext(t.Context(), query).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

func TestMembersOfANewerVersionSurvive(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), announce.Message)
	newTicket(t, s)
	for _, statement := range []string{
		`UPDATE tickets SET document = json_set(document, '$.queue', 'printers', '$.openedWith.from', 'portal')`,
		`UPDATE messages SET document = json_set(document, '$.language', 'en')`,
	} {
		if _, err := s.Exec(t.Context(), "as another version", statement); err != nil {
			t.Fatal(err)
		}
	}
	change(t, s, func(tk *ticket.Ticket, stamp ticket.Stamp) { tk.Close(stamp) })
	message := "Still"
	change(t, s, func(tk *ticket.Ticket, stamp ticket.Stamp) {
		stamp.EventID = "e3"
		if err := tk.Edit(stamp, ticket.Edit{Message: &message}, time.Hour); err != nil {
			t.Error(err)
		}
	})
	got := text(t, s, `SELECT document ->> 'queue' || ' ' || (document ->> '$.openedWith.from') || ' ' || (document ->> 'status') || ' ' ||
		(SELECT document ->> 'language' FROM messages WHERE seq = 1) FROM tickets`)
	if want := "printers portal pending-agent en"; got != want {
		t.Errorf("the document has %q, want %q", got, want)
	}
}

func TestTombstoneKeepsNothingAndGoesWithItsLastEvent(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), announce.Message)
	newTicket(t, s)
	if _, err := s.Exec(t.Context(), "as another version", `UPDATE tickets SET document = json_set(document, '$.note', 'of a newer version')`); err != nil {
		t.Fatal(err)
	}
	change(t, s, func(tk *ticket.Ticket, stamp ticket.Stamp) { tk.Delete(stamp) })
	members := `SELECT group_concat(key, ' ') FROM tickets, json_each(document)`
	if got, want := text(t, s, members), "id clientId version deletedAt"; got != want {
		t.Errorf("the tombstone has the members %q, want %q", got, want)
	}
	if got := text(t, s, `SELECT count(*) FROM messages`); got != "0" {
		t.Errorf("%s messages are left", got)
	}
	msgs := outboxtest.Left(t, s)
	if len(msgs) != 2 {
		t.Fatalf("%d events", len(msgs))
	}
	for i, want := range []string{"1", "0"} {
		if err := s.MarkPublished(t.Context(), msgs[i:i+1]); err != nil {
			t.Fatal(err)
		}
		if got := text(t, s, `SELECT count(*) FROM tickets`); got != want {
			t.Errorf("with %d events left there are %s rows, want %s", 1-i, got, want)
		}
	}
}
