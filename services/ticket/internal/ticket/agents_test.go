package ticket_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

// Somebody who is not there and a client are refused alike, and nothing is stored.
func TestAssignees(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.bring(0)
	for _, who := range []string{client.ID, "nobody"} {
		_, err := o.desk.Handle(t.Context(), agent, id, ticket.Handling{Assignee: &ticket.Assignee{ID: who}, AddTags: []string{"fire"}})
		if p := problem.From(err); p.Code != problem.InvalidInput || len(p.Fields) != 1 || p.Fields[0].Pointer != "/assigneeId" {
			t.Errorf("%s: %v", who, err)
		}
	}
	got, err := o.desk.Handle(t.Context(), agent, id, ticket.Handling{Assignee: &ticket.Assignee{ID: agent.ID, Name: "made up"}})
	if err != nil || got.AssigneeName != agent.Name || got.Version != 2 {
		t.Errorf("assigned: %+v, %v", got.Summary, err)
	}
	step := got.History[len(got.History)-1]
	if step.Verb != ticket.VerbAssigned || step.Detail.From != "" || step.Detail.To != agent.ID || step.ActorID != agent.ID {
		t.Errorf("step %+v", step)
	}
	got, err = o.desk.Handle(t.Context(), agent, id, ticket.Handling{Assignee: &ticket.Assignee{}})
	if step := got.History[len(got.History)-1]; err != nil || got.AssigneeID != "" || got.AssigneeName != "" || step.Detail.From != agent.ID || step.Detail.To != "" {
		t.Errorf("to nobody: %+v, %v", got, err)
	}
}

// leaving is a store in which the agent becomes a client just before a change is stored.
type leaving struct{ ticket.Store }

func (s leaving) Update(ctx context.Context, target ticket.Target, change ticket.Change) (ticket.Ticket, error) {
	if err := s.SavePerson(ctx, ticket.Person{ID: agent.ID, Name: agent.Name, Role: ticket.Client, Sequence: 2}); err != nil {
		return ticket.Ticket{}, err
	}
	return s.Store.Update(ctx, target, change)
}

// An agent who leaves between the look at the role and the write has no ticket afterwards.
func TestAssigneeWhoLeaves(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.bring(0)
	o.desk.Store = leaving{o.desk.Store}
	if _, err := o.desk.Handle(t.Context(), agent, id, ticket.Handling{Assignee: &ticket.Assignee{ID: agent.ID}}); !problem.Is(err, problem.InvalidInput) {
		t.Errorf("got %v", err)
	}
	if got := o.look(id); got.AssigneeID != "" || got.Version != 3 {
		t.Errorf("it is %+v", got.Summary)
	}
}

// A note neither answers nor waits, and is written once for a key.
func TestNotes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.bring(0)
	before := o.look(id).Summary
	first, err := o.desk.Note(t.Context(), agent, id, "Beside", "key")
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.desk.Note(t.Context(), agent, id, "Beside", "key")
	if err != nil || again != first || first.AfterSeq != 1 || first.Seq != 1 {
		t.Errorf("first %+v, again %+v, %v", first, again, err)
	}
	if _, err := o.desk.Note(t.Context(), agent, id, "Another", "key"); !problem.Is(err, problem.IdempotencyMismatch) {
		t.Errorf("another body: %v", err)
	}
	after := o.look(id).Summary
	if after.Status != before.Status || after.MessageCount != 1 || after.WaitingSince != before.WaitingSince || !after.FirstRepliedAt.IsZero() || after.NoteCount != 1 {
		t.Errorf("was %+v, is %+v", before, after)
	}
	seen, err := o.desk.Read(t.Context(), client, id)
	if err != nil || len(seen.Notes)+len(seen.History) > 0 {
		t.Errorf("the client reads %+v, %v", seen, err)
	}
}

func TestNotesAreBounded(t *testing.T) {
	t.Parallel()
	full := opened()
	full.NoteCount = ticket.MaxNotes
	if err := full.Note(stamp(agent, noon), "One more", ticket.Idempotency{}); !problem.Is(err, problem.ConversationFull) || len(full.Pending) > 0 {
		t.Errorf("one note too many: %v", err)
	}
	big := opened()
	big.NoteSize = ticket.MaxNoteSize - 3
	if err := big.Note(stamp(agent, noon), "four", ticket.Idempotency{}); !problem.Is(err, problem.ConversationFull) {
		t.Errorf("a byte too many: %v", err)
	}
	if err := big.Note(stamp(agent, noon), "so", ticket.Idempotency{}); err != nil {
		t.Errorf("what fits: %v", err)
	}
}

// Whoever has not seen what others wrote is told, and nothing is stored. One's own messages one has seen.
func TestConversationMoved(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.bring(0)
	reply := func(a ticket.Actor, text string, lastSeq int) error {
		e := ticket.Edit{Message: &text}
		if lastSeq > 0 {
			e.LastSeq = &lastSeq
		}
		return o.edit(a, id, e)
	}
	missed := func(err error) (texts []string) {
		t.Helper()
		var moved *ticket.Moved
		if !errors.As(err, &moved) {
			t.Fatalf("%v, want what was missed", err)
		}
		for _, m := range moved.Missed {
			texts = append(texts, fmt.Sprint(m.Seq, " ", m.Text))
		}
		return texts
	}
	for _, step := range []error{reply(agent, "two", 1), reply(agent, "three", 1), reply(client, "four", 0)} {
		if step != nil {
			t.Fatal(step)
		}
	}
	if got := missed(reply(agent, "lost", 3)); !slices.Equal(got, []string{"4 four"}) {
		t.Errorf("missed %q", got)
	}
	if got := missed(reply(client, "lost", 1)); !slices.Equal(got, []string{"2 two", "3 three"}) {
		t.Errorf("missed %q", got)
	}
	if err := reply(agent, "beyond", 5); problem.From(err).Code != problem.InvalidInput || problem.From(err).Fields[0].Pointer != "/lastSeq" {
		t.Errorf("beyond the end: %v", err)
	}
	if now := o.look(id); now.MessageCount != 4 {
		t.Errorf("%d messages", now.MessageCount)
	}
	if err := reply(agent, "five", 4); err != nil {
		t.Error(err)
	}
}

func TestRating(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.bring(2)
	rate := func(score int, comment string) ticket.Ticket {
		t.Helper()
		o.clock = o.clock.Add(time.Second)
		got, err := o.desk.Rate(t.Context(), client, id, ticket.Rating{Score: score, Comment: comment}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first, same, other := rate(2, "Slow"), rate(2, "Slow"), rate(5, "")
	if first.RatingScore != 2 || first.RatingComment != "Slow" || same.Version != first.Version || same.RatedAt != first.RatedAt ||
		other.RatingScore != 5 || other.RatingComment != "" || other.Version != first.Version+1 || other.Status != ticket.Closed {
		t.Errorf("first %+v\nsame %+v\nother %+v", first.Summary, same.Summary, other.Summary)
	}
}

func TestFollowUps(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	stranger := ticket.Actor{ID: "client-2", Name: "Client Two", Role: ticket.Client}
	open, closed := o.bring(0), o.bring(3)
	for name, c := range map[string]struct {
		by ticket.Actor
		of string
		ok bool
	}{
		"a closed one": {client, closed, true}, "one that is open": {client, open, false},
		"somebody else's": {stranger, closed, false}, "one that is not": {client, "01a20a3e-0000-7f3b-9814-ab9120133d00", false},
	} {
		got, err := o.desk.Open(t.Context(), c.by, ticket.Draft{Subject: "Again", Message: "It burns", FollowUpOf: c.of})
		fields := problem.From(err).Fields
		if c.ok && (err != nil || got.FollowUpOf != c.of) || !c.ok && (len(fields) != 1 || fields[0].Pointer != "/followUpOf") {
			t.Errorf("%s: %+v, %v", name, got.Summary, err)
		}
	}
	plain := ticket.Draft{Subject: "Again", Message: "It burns", Key: "key"}
	following := plain
	following.FollowUpOf = closed
	if _, err := o.desk.Open(t.Context(), client, plain); err != nil {
		t.Fatal(err)
	}
	if _, err := o.desk.Open(t.Context(), client, following); !problem.Is(err, problem.IdempotencyMismatch) {
		t.Errorf("the key of another body: %v", err)
	}
}

// What people are told they may do is what they may do, and would do something.
func TestAllowed(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		o := newOffice(t)
		found, err := o.store.Find(t.Context(), ticket.Scope{}, o.bring(i))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range lives {
			cell := row.cells[i]
			may := slices.Contains(o.desk.Allowed(ticket.Actor{ID: "x", Role: row.role}, found), row.action)
			does := strings.Contains(cell, " ") || row.action == ticket.ToFollowUp && cell == "nothing"
			if row.action != ticket.ToRead && may != does {
				t.Errorf("%s %s in column %d: told %v, and it is %s", row.role, row.action, i+1, may, cell)
			}
		}
	}
}
