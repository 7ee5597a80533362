package storetest

import (
	"encoding/json"
	"reflect"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox/outboxtest"
	"crm.example/services/ticket/internal/ticket"
)

// What is announced is the ticket as it is, and the ticket stays as it is.
func testRebuild(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	want := map[string]ticket.Ticket{}
	for i := range 40 {
		created := create(t, s, client, noon, printer)
		switch i {
		case 3:
			update(t, s, created.ID, func(tk *ticket.Ticket) { tk.Delete(stamp(client, noon)) })
		default:
			want[created.ID] = update(t, s, created.ID, func(tk *ticket.Ticket) { tk.Close(stamp(newAgent(), noon)) })
		}
	}
	settleAll(t, s)
	for i := range 2 { // the second time everything waits already
		if n, err := ticket.Rebuild(t.Context(), s, newID); err != nil || n != len(want)*(1-i) {
			t.Fatalf("announced %d, %v", n, err)
		}
	}
	msgs := pending(t, s)
	for _, m := range msgs {
		e, err := events.Decode[events.TicketUpdated](m.Body)
		is := want[m.Document]
		if err != nil || e.Sequence != is.Version || e.Ticket.Status != "closed" || len(e.Changed) > 0 || e.Message != nil {
			t.Errorf("%s: %+v, %v", m.Body, e, err)
		}
		if found := find(t, s, m.Document); !reflect.DeepEqual(found, is) {
			t.Errorf("was\n%+v, is\n%+v", is, found)
		}
	}
	if len(msgs) != len(want) {
		t.Errorf("%d events of %d tickets", len(msgs), len(want))
	}
}

// Nothing is announced of a ticket that has gone on since it was read, and what happens later comes after.
func testRestate(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	var restated []ticket.Event
	ids := map[string]string{}
	for _, name := range []string{"changed", "deleted", "waits", "as it was"} {
		created := create(t, s, client, noon, printer)
		ids[name] = created.ID
		restated = append(restated, ticket.Event{ID: newID(), Verb: ticket.VerbUpdated, At: noon, Ticket: created.Summary})
		if name != "waits" {
			settle(t, s, created.ID)
		}
	}
	update(t, s, ids["changed"], func(tk *ticket.Ticket) { tk.Close(stamp(newAgent(), noon)) })
	update(t, s, ids["deleted"], func(tk *ticket.Ticket) { tk.Delete(stamp(client, noon)) })
	settle(t, s, ids["changed"])
	before := len(pending(t, s))
	if n, err := s.Restate(t.Context(), restated); err != nil || n != 1 || len(pending(t, s)) != before+1 {
		t.Errorf("announced %d, %v, %d wait, %d before", n, err, len(pending(t, s)), before)
	}
	update(t, s, ids["as it was"], func(tk *ticket.Ticket) { tk.Close(stamp(newAgent(), noon)) })
	var sequences []string
	for _, m := range pending(t, s) {
		var e events.Envelope
		if err := json.Unmarshal(m.Body, &e); err == nil && m.Document == ids["as it was"] {
			sequences = append(sequences, e.Sequence)
		}
	}
	if want := []string{"0000000001", "0000000002"}; !reflect.DeepEqual(sequences, want) {
		t.Errorf("waiting: %v, want %v", sequences, want)
	}
}

func settleAll(t *testing.T, s Store) {
	t.Helper()
	if err := s.MarkPublished(t.Context(), outboxtest.Left(t, s)); err != nil {
		t.Fatal(err)
	}
}

// settle is what the relay does when it has published a ticket's events.
func settle(t *testing.T, s Store, id string) {
	t.Helper()
	for _, m := range outboxtest.Left(t, s) {
		if m.Document == id {
			if err := s.MarkPublished(t.Context(), []events.Message{m}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
