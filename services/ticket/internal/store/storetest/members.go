package storetest

import (
	"slices"
	"testing"
	"time"

	"crm.example/pkg/membertest"
	"crm.example/services/ticket/internal/ticket"
)

// elsewhere are the members of a ticket that a store does not give back.
var elsewhere = membertest.Elsewhere{
	"Pending":   "events are the outbox's until they are published",
	"DeletedAt": "a deleted ticket is not found",
}

// elsewhereInChanges are those that a change does not see.
var elsewhereInChanges = membertest.Elsewhere{
	"Pending": elsewhere["Pending"], "DeletedAt": elsewhere["DeletedAt"], "Conversation": "a change is made without it",
	"Notes": "a change is made without them", "History": "a change is made without it",
}

// elsewhereForClients are those that nobody sees whose scope is one client.
var elsewhereForClients = membertest.Elsewhere{
	"Pending": elsewhere["Pending"], "DeletedAt": elsewhere["DeletedAt"], "Notes": "for agents only", "History": "for agents only",
}

// filled is a ticket with every member set, whatever the rules say of it, with no event waiting.
func filled(seed int) (t ticket.Ticket) {
	membertest.Fill(&t, seed)
	t.DeletedAt, t.Pending = time.Time{}, nil
	for i := range t.Conversation {
		t.Conversation[i].Seq = i + 1
	}
	for i := range t.Notes {
		t.Notes[i].Seq = i + 1
	}
	for i := range t.History {
		t.History[i].Version = i + 1
	}
	return t
}

// Every member that a ticket has comes back, whichever way it went there and is read.
func testEveryMember(t *testing.T, open Open) {
	s := fresh(t, open)
	want := filled(1)
	if err := s.Restore(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	everywhere(t, s, "restored", want)

	want.Version++
	touched := update(t, s, want.ID, func(tk *ticket.Ticket) {
		tk.Version++
		membertest.Same(t, "given to a change", *tk, want, elsewhereInChanges)
		tk.Pending = []ticket.Event{eventOf(*tk, nil)}
		want.History = append(slices.Clone(want.History[:2]), tk.AddedSteps()...)
	})
	membertest.Same(t, "after an update of another member", touched, want, elsewhere)
	everywhere(t, s, "found after an update of another member", want)

	other := filled(2)
	other.ID, other.ClientID, other.Conversation = want.ID, want.ClientID, append(want.Conversation, other.Conversation...)
	other.OpenedWith = want.OpenedWith // of the request that opened it, so for good
	other.Notes = append(want.Notes, other.Notes...)
	noted := other.Notes[2:]
	for i := range noted {
		noted[i].Seq = 3 + i
	}
	added := other.Conversation[2:]
	for i := range added {
		added[i].Seq = 3 + i
	}
	changed := update(t, s, want.ID, func(tk *ticket.Ticket) {
		lists := *tk
		*tk = other
		tk.Conversation, tk.Notes, tk.History = lists.Conversation, lists.Notes, lists.History
		tk.Pending = []ticket.Event{eventOf(other, &added[0]), eventOf(other, &added[1])}
		for i := range noted {
			tk.Pending[i].Note = &noted[i]
			tk.Pending[i].Ticket.Version += i
		}
		other.History = append(slices.Clone(want.History), tk.AddedSteps()...)
	})
	membertest.Same(t, "changed", changed, other, elsewhere)
	everywhere(t, s, "found after a change", other)

	created := filled(3)
	draft := created
	draft.Conversation, draft.Notes, draft.History = nil, nil, nil
	draft.Pending = []ticket.Event{eventOf(created, &created.Conversation[0]), eventOf(created, &created.Conversation[1])}
	for i := range draft.Pending {
		draft.Pending[i].Note = &created.Notes[i]
		draft.Pending[i].Ticket.Version += i
	}
	created.History = draft.AddedSteps()
	stored, err := s.Create(t.Context(), draft)
	if err != nil {
		t.Fatal(err)
	}
	created.Number = stored.Number // which the store chooses
	membertest.Same(t, "created", stored, created, elsewhereForClients)
	membertest.Same(t, "found after its creation", find(t, s, created.ID), created, elsewhere)
}

// everywhere checks each way in which the one ticket of a store is read.
func everywhere(t *testing.T, s Store, what string, want ticket.Ticket) {
	t.Helper()
	membertest.Same(t, what, find(t, s, want.ID), want, elsewhere)
	membertest.Same(t, what+", for its client", findAs(t, s, want.ClientID, want.ID), want, elsewhereForClients)
	listed := list(t, s, ticket.Query{Limit: 1})
	if len(listed) != 1 {
		t.Fatalf("%s: %d tickets are listed", what, len(listed))
	}
	membertest.Same(t, what+", listed", listed[0], want.Summary, nil)
	all, err := s.TicketsAfter(t.Context(), "", 1)
	if err != nil || len(all) != 1 {
		t.Fatalf("%s, exported: %d tickets, %v", what, len(all), err)
	}
	membertest.Same(t, what+", exported", all[0], want, elsewhere)
}

// findAs finds a ticket as its client does, and makes sure that nothing comes that is not the client's to see.
func findAs(t *testing.T, s Store, clientID, id string) ticket.Ticket {
	t.Helper()
	found, err := s.Find(t.Context(), ticket.Scope{ClientID: clientID}, id)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Notes)+len(found.History) > 0 {
		t.Errorf("the client's query loads %d notes and %d steps", len(found.Notes), len(found.History))
	}
	return found
}

func eventOf(t ticket.Ticket, m *ticket.Message) ticket.Event {
	e := ticket.Event{ID: newID(), Verb: ticket.VerbUpdated, At: noon, Ticket: t.Summary, Message: m}
	membertest.Fill(&e.Actor, 7)
	membertest.Fill(&e.Changed, 7)
	membertest.Fill(&e.Detail, 7)
	return e
}

// Every member of an erasure comes back.
func testEveryMemberOfAnErasure(t *testing.T, open Open) {
	s := fresh(t, open)
	var want ticket.Erasure
	membertest.Fill(&want, 1)
	want.Round = 1
	if err := s.Erase(t.Context(), want.UserID, want.At); err != nil {
		t.Fatal(err)
	}
	due, err := s.DueErasures(t.Context(), want.At, 1)
	if err != nil || len(due) != 1 {
		t.Fatalf("%d are due, %v", len(due), err)
	}
	membertest.Same(t, "due", due[0], want, nil)
}
