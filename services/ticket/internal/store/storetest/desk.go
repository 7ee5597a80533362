package storetest

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

// handle is what the use case does.
func handle(t *testing.T, s Store, a ticket.Actor, id string, h ticket.Handling) error {
	st := stamp(a, noon)
	_, err := s.Update(t.Context(), ticket.Target{ID: id}, func(tk *ticket.Ticket, _ ticket.Idempotency) error { return tk.Handle(st, h) })
	return err
}

func note(t *testing.T, s Store, a ticket.Actor, id, text, key string) (ticket.Ticket, error) {
	st, with := stamp(a, noon), ticket.Idempotency{}
	if key != "" {
		with = ticket.Idempotency{Key: key, Hash: text}
	}
	return s.Update(t.Context(), ticket.Target{ID: id, Author: a.ID, Key: key, Notes: true}, func(tk *ticket.Ticket, earlier ticket.Idempotency) error {
		if earlier != (ticket.Idempotency{}) {
			return nil
		}
		return tk.Note(st, text, with)
	})
}

// 32 agents assign, tag and note at once, and nothing is lost.
func testDeskInParallel(t *testing.T, open Open) {
	s := fresh(t, open)
	tk := create(t, s, newClient(), noon, printer)
	const agents = 32
	parallel(t, agents, func(n int) error {
		agent := newAgent()
		switch {
		case n%3 == 0 && n < 30:
			return handle(t, s, agent, tk.ID, ticket.Handling{AddTags: []string{fmt.Sprintf("tag-%02d", n)}})
		case n%3 == 1:
			return handle(t, s, agent, tk.ID, ticket.Handling{Assignee: &ticket.Assignee{ID: agent.ID, Name: agent.Name}})
		}
		_, err := note(t, s, agent, tk.ID, fmt.Sprint("note ", n), "")
		return err
	})
	after := find(t, s, tk.ID)
	texts := map[string]bool{}
	for i, n := range after.Notes {
		texts[n.Text] = true
		if n.Seq != i+1 || n.AfterSeq != 1 {
			t.Errorf("note %d: %+v", i, n)
		}
	}
	if len(after.Tags) != 10 || !slices.IsSorted(after.Tags) || len(texts) != 11 || after.NoteCount != 11 || after.AssigneeID == "" {
		t.Errorf("%d tags, %d notes of %d, assigned to %q", len(after.Tags), len(texts), after.NoteCount, after.AssigneeID)
	}
	if after.Version != 1+agents || len(after.History) != 1+agents {
		t.Errorf("version %d with %d steps", after.Version, len(after.History))
	}
	last := "" // each assignment says whose the ticket was
	for i, step := range after.History {
		if step.Version != i+1 {
			t.Errorf("step %d has version %d", i, step.Version)
		}
		if step.Verb == ticket.VerbAssigned {
			if step.Detail.From != last {
				t.Errorf("from %q, and it was %q", step.Detail.From, last)
			}
			last = step.Detail.To
		}
	}
	if last != after.AssigneeID {
		t.Errorf("the history says %q, the ticket %q", last, after.AssigneeID)
	}
	checkSequence(t, pending(t, s), after.Version)
}

// Of two who assign the same version, one does.
func testAssignedForOneVersion(t *testing.T, open Open) {
	s := fresh(t, open)
	tk := create(t, s, newClient(), noon, printer)
	desk := ticket.Desk{Store: s, NewID: newID, Now: clock, Announce: func(string) {}}
	var done, refused atomic.Int32
	parallel(t, 2, func(int) error {
		agent := newAgent()
		if err := s.SavePerson(t.Context(), ticket.Person{ID: agent.ID, Name: agent.Name, Role: ticket.Agent, Sequence: 1}); err != nil {
			return err
		}
		switch _, err := desk.Handle(t.Context(), agent, tk.ID, ticket.Handling{Assignee: &ticket.Assignee{ID: agent.ID}, Of: ticket.Versions{1}}); {
		case err == nil:
			done.Add(1)
		case problem.Is(err, problem.VersionMismatch):
			refused.Add(1)
		default:
			return err
		}
		return nil
	})
	if done.Load() != 1 || refused.Load() != 1 {
		t.Errorf("%d assigned, %d refused", done.Load(), refused.Load())
	}
}

// A key is good for one note of its author, and says nothing about replies.
func testNoteOnce(t *testing.T, open Open) {
	s, one, two := fresh(t, open), newAgent(), newAgent()
	tk := create(t, s, newClient(), noon, printer)
	if _, err := edit(t.Context(), s, one, tk.ID, noon, ticket.Edit{Message: to("Run"), Key: "key"}); err != nil {
		t.Fatal(err)
	}
	for i, a := range []ticket.Actor{one, one, two, one} {
		after, err := note(t, s, a, tk.ID, "note", "key")
		if err != nil {
			t.Fatal(err)
		}
		if want := []int{1, 1, 2, 2}[i]; after.NoteCount != want || len(after.Notes) != want || after.MessageCount != 2 {
			t.Errorf("step %d: %d notes of %d and %d messages", i, len(after.Notes), after.NoteCount, after.MessageCount)
		}
	}
	if seen := findAs(t, s, tk.ClientID, tk.ID); seen.MessageCount != 2 || len(seen.Conversation) != 2 {
		t.Errorf("the client sees %+v", seen)
	}
}

// The newest steps stay.
func testHistoryIsBounded(t *testing.T, open Open) {
	s, agent := fresh(t, open), newAgent()
	tk := ticket.Open(stamp(newClient(), noon), newID(), printer)
	tk.Conversation, tk.Pending, tk.Version = tk.Added(), nil, ticket.MaxHistory
	for i := range ticket.MaxHistory {
		tk.History = append(tk.History, ticket.Step{Version: i + 1, At: noon, ActorID: agent.ID, Role: agent.Role, Verb: ticket.VerbTagged})
	}
	if err := s.Restore(t.Context(), tk); err != nil {
		t.Fatal(err)
	}
	const more = 3
	for i := range more {
		if err := handle(t, s, agent, tk.ID, ticket.Handling{AddTags: []string{fmt.Sprint("tag ", i)}}); err != nil {
			t.Fatal(err)
		}
	}
	history := find(t, s, tk.ID).History
	if len(history) != ticket.MaxHistory || history[0].Version != more+1 || history[len(history)-1].Version != ticket.MaxHistory+more {
		t.Errorf("%d steps, from version %d on", len(history), history[0].Version)
	}
}
