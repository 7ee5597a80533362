package storetest

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

func testCreate(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	draft := ticket.Draft{Subject: `A "quoted" <subject> ünd 🦊`, Message: "One\n\ttwo\u2028three", Priority: ticket.Urgent, Key: "key"}
	made := ticket.Open(stamp(client, noon), newID(), draft)
	stored, err := s.Create(t.Context(), made)
	if err != nil {
		t.Fatal(err)
	}
	want := made
	want.Number = stored.Number
	want.Conversation, want.Pending = []ticket.Message{*made.Pending[0].Message}, nil
	steps := made.AddedSteps()
	same(t, "created", stored, want)
	same(t, "found by its client", findAs(t, s, client.ID, made.ID), want)
	want.History = steps
	same(t, "found", find(t, s, made.ID), want)
	if msgs := pending(t, s); len(msgs) != 1 || msgs[0].ID != made.Pending[0].ID || msgs[0].Document != made.ID {
		t.Errorf("outbox %+v, want the event of the creation", msgs)
	}
}

func testUpdate(t *testing.T, open Open) {
	s, client, agent := fresh(t, open), newClient(), newAgent()
	want := create(t, s, client, noon, printer)
	history := want.History
	want.History = nil // the scope is the client's
	steps := map[string]func(*ticket.Ticket) error{
		"reply": func(tk *ticket.Ticket) error {
			return tk.Edit(stamp(agent, noon.Add(time.Second)), ticket.Edit{Message: to("Run"), Subject: to("Fire"), Priority: to(ticket.High), Key: "k"}, time.Hour)
		},
		"close": func(tk *ticket.Ticket) error { tk.Close(stamp(client, noon.Add(time.Minute))); return nil },
		"reopen": func(tk *ticket.Ticket) error {
			return tk.Edit(stamp(client, noon.Add(time.Hour)), ticket.Edit{Message: to("Again")}, time.Hour)
		},
	}
	for _, name := range []string{"reply", "close", "reopen"} {
		updated, err := s.Update(t.Context(), ticket.Target{ID: want.ID, Scope: ticket.Scope{ClientID: client.ID}}, func(tk *ticket.Ticket, _ ticket.Idempotency) error {
			if len(tk.Conversation) > 0 || len(tk.Pending) > 0 {
				t.Errorf("%s: the change got the conversation or old events: %+v", name, tk)
			}
			err := steps[name](tk)
			conversation := want.Conversation
			want = *tk
			want.Conversation, want.Pending = conversation, nil
			history = append(slices.Clone(history), tk.AddedSteps()...)
			if m := tk.Pending[0].Message; m != nil {
				want.Conversation = append(conversation, *m)
			}
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		same(t, name, updated, want)
		whole := want
		whole.History = history
		same(t, "found after "+name, find(t, s, want.ID), whole)
	}
	if got := len(pending(t, s)); got != 4 {
		t.Errorf("%d events, want 4", got)
	}
}

func testUpdateRefused(t *testing.T, open Open) {
	s := fresh(t, open)
	before := find(t, s, create(t, s, newClient(), noon, printer).ID)
	refusal := problem.New(problem.TicketLocked, "no")
	_, err := s.Update(t.Context(), ticket.Target{ID: before.ID}, func(tk *ticket.Ticket, _ ticket.Idempotency) error {
		tk.Close(stamp(newAgent(), noon))
		return refusal
	})
	if !errors.Is(err, refusal) {
		t.Errorf("update: %v, want the error of the change", err)
	}
	same(t, "after a refused update", find(t, s, before.ID), before)
	if got := len(pending(t, s)); got != 1 {
		t.Errorf("%d events, want that of the creation only", got)
	}
}

func testUpdateOfNothing(t *testing.T, open Open) {
	s := fresh(t, open)
	before := find(t, s, create(t, s, newClient(), noon, printer).ID)
	same(t, "returned", update(t, s, before.ID, func(*ticket.Ticket) {}), before)
	same(t, "found", find(t, s, before.ID), before)
	if got := len(pending(t, s)); got != 1 {
		t.Errorf("%d events, want that of the creation only", got)
	}
}

func testScope(t *testing.T, open Open) {
	s, owner, other := fresh(t, open), newClient(), newClient()
	own := create(t, s, owner, noon, printer)
	for name, want := range map[string]struct {
		scope ticket.Scope
		id    string
		found bool
	}{
		"own":            {ticket.Scope{ClientID: owner.ID}, own.ID, true},
		"all":            {ticket.Scope{}, own.ID, true},
		"somebody's":     {ticket.Scope{ClientID: other.ID}, own.ID, false},
		"missing":        {ticket.Scope{}, newID(), false},
		"missing of own": {ticket.Scope{ClientID: owner.ID}, newID(), false},
	} {
		_, err := s.Find(t.Context(), want.scope, want.id)
		checkFound(t, "find "+name, err, want.found)
		_, err = s.Update(t.Context(), ticket.Target{Scope: want.scope, ID: want.id}, func(*ticket.Ticket, ticket.Idempotency) error {
			if !want.found {
				t.Errorf("update %s: the change ran", name)
			}
			return nil
		})
		checkFound(t, "update "+name, err, want.found)
	}
}

func checkFound(t *testing.T, what string, err error, found bool) {
	t.Helper()
	if found && err != nil {
		t.Errorf("%s: %v", what, err)
	}
	if !found && !reflect.DeepEqual(problem.From(err), ticket.NotFound()) {
		t.Errorf("%s: %v, want exactly ticket.NotFound()", what, err)
	}
}

func testDelete(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	gone := create(t, s, client, noon, ticket.Draft{Subject: "Secret", Message: "Secret", Key: "key"})
	kept := create(t, s, client, noon, printer)
	after := update(t, s, gone.ID, func(tk *ticket.Ticket) { tk.Delete(stamp(client, noon.Add(time.Second))) })
	if len(after.Conversation) > 0 || after.Subject != "" || after.Version != 2 {
		t.Errorf("tombstone %+v", after)
	}
	checkGone(t, s, client, gone.ID, kept.ID)
	if err := s.MarkPublished(t.Context(), pending(t, s)); err != nil {
		t.Fatal(err)
	}
	checkGone(t, s, client, gone.ID, kept.ID)
}

// KeyOfADeletedTicketIsFree while its last event still waits. It is apart from Run: not everything that speaks MongoDB's
// protocol can do it.
func KeyOfADeletedTicketIsFree(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	draft := ticket.Draft{Subject: "Printer", Message: "It is on fire", Key: "key"}
	var gone []string
	for range 3 {
		made := create(t, s, client, noon, draft)
		if slices.Contains(gone, made.ID) {
			t.Error("the key of a deleted ticket gave that ticket")
		}
		gone = append(gone, made.ID)
		update(t, s, made.ID, func(tk *ticket.Ticket) { tk.Delete(stamp(client, noon)) })
	}
	checkGone(t, s, client, gone[0])
}

func checkGone(t *testing.T, s Store, client ticket.Actor, gone string, kept ...string) {
	t.Helper()
	_, err := s.Find(t.Context(), ticket.Scope{ClientID: client.ID}, gone)
	checkFound(t, "find deleted", err, false)
	_, err = s.Update(t.Context(), ticket.Target{ID: gone}, func(*ticket.Ticket, ticket.Idempotency) error { return nil })
	checkFound(t, "update deleted", err, false)
	for _, q := range []ticket.Query{{Limit: 10}, {Limit: 10, Scope: ticket.Scope{ClientID: client.ID}}, {Limit: 10, Filter: ticket.NotClosed}, {Limit: 10, Filter: ticket.Filter(ticket.PendingAgent)}} {
		if items := list(t, s, q); len(items) != len(kept) {
			t.Errorf("list %+v has %d tickets, want %d", q, len(items), len(kept))
		}
	}
}

func same(t *testing.T, what string, got, want ticket.Ticket) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}
