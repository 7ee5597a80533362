package storetest

import (
	"slices"
	"testing"
	"time"

	"crm.example/services/ticket/internal/ticket"
)

// A deleted account is known for good; its rounds are due until they are finished.
func testErasures(t *testing.T, open Open) {
	s := fresh(t, open)
	one, two := newID(), newID()
	erase := func(id string, at time.Time) {
		t.Helper()
		if err := s.Erase(t.Context(), id, at); err != nil {
			t.Fatal(err)
		}
	}
	due := func(now time.Time, want ...ticket.Erasure) {
		t.Helper()
		got, err := s.DueErasures(t.Context(), now, 10)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("due are %+v, %v\nwant %+v", got, err, want)
		}
	}
	finish := func(e ticket.Erasure, again time.Time) {
		t.Helper()
		if err := s.FinishErasure(t.Context(), e, again); err != nil {
			t.Fatal(err)
		}
	}
	later := noon.Add(time.Minute)
	erase(two, later)
	erase(one, noon)
	due(noon.Add(-time.Millisecond))
	due(noon, ticket.Erasure{UserID: one, Round: 1, At: noon})
	due(later, ticket.Erasure{UserID: one, Round: 1, At: noon}, ticket.Erasure{UserID: two, Round: 1, At: later})
	erase(one, later)
	finish(ticket.Erasure{UserID: one, Round: 1}, time.Time{}) // but the second has begun
	finish(ticket.Erasure{UserID: two, Round: 1}, later.Add(time.Hour))
	due(later, ticket.Erasure{UserID: one, Round: 2, At: later})
	finish(ticket.Erasure{UserID: one, Round: 2}, time.Time{})
	due(later)

	due(later.Add(time.Hour), ticket.Erasure{UserID: two, Round: 1, At: later})
	known, err := s.Erased(t.Context(), newID(), two, one)
	slices.Sort(known)
	if want := []string{one, two}; err != nil || !slices.Equal(known, slices.Sorted(slices.Values(want))) {
		t.Errorf("known are %v, %v, want %v", known, err, want)
	}
}

// Of a client's tickets each is listed until it is deleted, and its tombstone seen until its last event is out.
func testTicketsOf(t *testing.T, open Open) {
	s, client, other := fresh(t, open), newClient(), newClient()
	mine := create(t, s, client, noon, printer)
	kept := create(t, s, client, noon, printer)
	create(t, s, other, noon, printer)
	want := func(waiting bool, ids ...string) {
		t.Helper()
		got, err := s.TicketsOf(t.Context(), client.ID, 10)
		slices.Sort(got)
		if err != nil || !slices.Equal(got, slices.Sorted(slices.Values(ids))) {
			t.Errorf("tickets %v, %v, want %v", got, err, ids)
		}
		if there, err := s.HasTombstones(t.Context(), client.ID); err != nil || there != waiting {
			t.Errorf("waiting: %v, %v", there, err)
		}
	}
	want(false, mine.ID, kept.ID)
	if one, err := s.TicketsOf(t.Context(), client.ID, 1); err != nil || len(one) != 1 {
		t.Errorf("at most one: %v, %v", one, err)
	}
	update(t, s, mine.ID, func(tk *ticket.Ticket) { tk.Delete(stamp(client, noon)) })
	want(true, kept.ID)
	if err := s.MarkPublished(t.Context(), pending(t, s)); err != nil {
		t.Fatal(err)
	}
	want(false, kept.ID)
}

// An agent's replies stay as they are, but for name and key; nobody else's change, and no version or event tells of it.
func testRenameAgent(t *testing.T, open Open) {
	s, client, gone, agent := fresh(t, open), newClient(), newAgent(), newAgent()
	tk := create(t, s, client, noon, printer)
	for _, author := range []ticket.Actor{gone, agent, gone, client} {
		if _, err := edit(t.Context(), s, author, tk.ID, noon.Add(time.Second), ticket.Edit{Message: to("Still"), Key: "key-" + newID()[24:]}); err != nil {
			t.Fatal(err)
		}
	}
	for _, author := range []ticket.Actor{gone, agent} {
		if _, err := note(t, s, author, tk.ID, "Beside", "key"); err != nil {
			t.Fatal(err)
		}
		if err := handle(t, s, agent, tk.ID, ticket.Handling{Assignee: &ticket.Assignee{ID: gone.ID, Name: gone.Name}}); err != nil {
			t.Fatal(err)
		}
	}
	before, events := find(t, s, tk.ID), len(pending(t, s))
	total := 0
	for n := -1; n != 0; total += n {
		var err error
		if n, err = s.RenameAgent(t.Context(), gone.ID, ticket.FormerAgent, 1); err != nil {
			t.Fatal(err)
		}
		if total > 4 {
			t.Fatal("there is no end to it")
		}
	}
	want := before
	want.Conversation = slices.Clone(before.Conversation)
	for _, i := range []int{1, 3} {
		want.Conversation[i].Author.Name, want.Conversation[i].SentWith = ticket.FormerAgent, ticket.Idempotency{}
	}
	want.Notes = slices.Clone(before.Notes)
	want.Notes[0].Author.Name, want.Notes[0].SentWith, want.AssigneeName = ticket.FormerAgent, ticket.Idempotency{}, ticket.FormerAgent
	same(t, "after the agent was renamed", find(t, s, tk.ID), want)
	if now := len(pending(t, s)); now != events {
		t.Errorf("%d events, want the %d from before", now, events)
	}
	if _, err := edit(t.Context(), s, agent, tk.ID, noon.Add(time.Minute), ticket.Edit{Message: to("On")}); err != nil {
		t.Errorf("a reply after it: %v", err)
	}
	if err := s.Scrub(t.Context()); err != nil {
		t.Errorf("scrub: %v", err)
	}
}
