package ticket_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/problem"
	"crm.example/pkg/registry/memory"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/sqlitestore"
	"crm.example/services/ticket/internal/ticket"
)

// office is the use cases over a real store, with the streams and the clock in the test's hand.
type office struct {
	t      *testing.T
	store  *sqlitestore.Store
	desk   ticket.Desk
	eraser ticket.Eraser
	clock  time.Time
	told   []string // clients that the streams were to forget
	err    error    // that they answer with
	takes  time.Duration
}

func newOffice(t *testing.T) *office {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "ticket.db"), announce.Message)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	for _, known := range []ticket.Actor{client, agent} {
		if err := store.SavePerson(t.Context(), ticket.Person{ID: known.ID, Name: known.Name, Role: known.Role, Sequence: 1}); err != nil {
			t.Fatal(err)
		}
	}
	o := &office{t: t, store: store, clock: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)}
	now, newID := func() time.Time { return o.clock }, func() string { return uuid.Must(uuid.NewV7()).String() }
	o.desk = ticket.Desk{Store: store, Throttle: memory.New(), Limits: ticket.Limits{Opened: 1000, Replies: 1000}, NewID: newID, Now: now, ReopenWindow: window, Announce: func(string) {}}
	o.eraser = ticket.Eraser{Store: store, Announced: o, NewID: newID, Now: now, Announce: func(string) {}}
	return o
}

// Forget implements ticket.Announced.
func (o *office) Forget(_ context.Context, clientID string) error {
	o.told = append(o.told, clientID)
	o.clock = o.clock.Add(o.takes)
	return o.err
}

// publish is the relay.
func (o *office) publish() {
	o.t.Helper()
	ids, err := o.store.Waiting(o.t.Context(), o.clock.Add(time.Hour), 100)
	if err != nil {
		o.t.Fatal(err)
	}
	msgs, err := o.store.Pending(o.t.Context(), ids, 1000)
	if err == nil {
		err = o.store.MarkPublished(o.t.Context(), msgs)
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// work does what is due, and wants the streams to have been asked so often by then.
func (o *office) work(asked int) {
	o.t.Helper()
	if err := o.eraser.Work(o.t.Context()); !errors.Is(err, o.err) || len(o.told) != asked {
		o.t.Errorf("%v, and the streams were asked to forget %v, want %d", err, o.told, asked)
	}
}

// The streams forget a client only when the deletions are published, again when they could not, and once more when
// nobody can hold a token any longer: by then whatever was left behind goes too.
func TestErasure(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	client := ticket.Actor{ID: "c1", Name: "Client One", Role: ticket.Client}
	draft := ticket.Draft{Subject: "Printer", Message: "It is on fire"}
	if _, err := o.desk.Open(t.Context(), client, draft); err != nil {
		t.Fatal(err)
	}
	if err := o.eraser.UserDeleted(t.Context(), "c1"); err != nil {
		t.Fatal(err)
	}
	o.work(0) // deletes the ticket, and waits for the relay
	o.publish()
	o.err = problem.NewUnavailable(errors.New("down"))
	o.work(1)
	o.err = nil
	o.work(2)
	o.work(2)

	// A process that ends before it looks after its own write.
	left := ticket.Open(ticket.Stamp{Actor: client, At: o.clock, EventID: "e1", MessageID: "m1"}, "t1", draft)
	if _, err := o.store.Create(t.Context(), left); err != nil {
		t.Fatal(err)
	}
	o.clock = o.clock.Add(20*time.Minute - time.Millisecond)
	o.work(2)
	o.clock = o.clock.Add(time.Millisecond)
	o.work(2)
	o.publish()
	o.work(3)
	if ids, err := o.store.TicketsOf(t.Context(), "c1", 10); err != nil || len(ids) != 0 {
		t.Errorf("left are %v, %v", ids, err)
	}
	o.clock = o.clock.Add(24 * time.Hour)
	o.work(3)
}

// A round that takes until the second look is due does not stand for it: tokens counted when it began.
func TestLongRoundIsNoSecondLook(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if err := o.eraser.UserDeleted(t.Context(), "c1"); err != nil {
		t.Fatal(err)
	}
	o.clock = o.clock.Add(20*time.Minute - time.Millisecond)
	o.takes = time.Minute
	o.work(1)
	o.work(2)
	o.clock = o.clock.Add(24 * time.Hour)
	o.work(2)
}

// What was opened while the erasure passed by is undone: the answer is that of a token that does not count.
func TestOpenedWhileErased(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	client := ticket.Actor{ID: "c1", Name: "Client One", Role: ticket.Client}
	if err := o.eraser.UserDeleted(t.Context(), "c1"); err != nil {
		t.Fatal(err)
	}
	o.work(1)
	if _, err := o.desk.Open(t.Context(), client, ticket.Draft{Subject: "Printer", Message: "It is on fire"}); !problem.Is(err, problem.TokenRevoked) {
		t.Errorf("opened: %v", err)
	}
	o.work(1)
	o.publish()
	o.work(2)
	if ids, err := o.store.TicketsOf(t.Context(), "c1", 10); err != nil || len(ids) != 0 {
		t.Errorf("left are %v, %v", ids, err)
	}
}

// An archive brings nothing of a deleted account back.
func TestRestoreOfWhatWasErased(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, id := range []string{"c1", "a1"} {
		if err := o.eraser.UserDeleted(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	of := func(id, client string) ticket.Ticket {
		tk := ticket.Open(ticket.Stamp{Actor: ticket.Actor{ID: client, Name: "Client", Role: ticket.Client}, At: o.clock, MessageID: id}, id, ticket.Draft{Subject: "S", Message: "M"})
		tk.Conversation, tk.Pending = []ticket.Message{*tk.Pending[0].Message, {
			ID: id + "-2", Seq: 2, Author: ticket.Actor{ID: "a1", Name: "Agent One", Role: ticket.Agent}, Text: "Run", SentAt: o.clock,
			SentWith: ticket.Idempotency{Key: "k", Hash: "h"},
		}}, nil
		return tk
	}
	if stored, err := ticket.Restore(t.Context(), o.store, of("t1", "c1")); stored || !errors.Is(err, ticket.ErrErased) {
		t.Errorf("the ticket of a deleted client: %t, %v", stored, err)
	}
	if stored, err := ticket.Restore(t.Context(), o.store, of("t2", "c2")); !stored || err != nil {
		t.Errorf("another's: %t, %v", stored, err)
	}
	found, err := o.store.Find(t.Context(), ticket.Scope{}, "t2")
	if err != nil || len(found.Conversation) != 2 {
		t.Fatal(found, err)
	}
	reply := found.Conversation[1]
	if reply.Author != (ticket.Actor{ID: "a1", Name: ticket.FormerAgent, Role: ticket.Agent}) || reply.SentWith.Key != "" || reply.Text != "Run" {
		t.Errorf("the reply of a deleted agent is %+v", reply)
	}
	if all, err := o.store.TicketsAfter(t.Context(), "", 10); err != nil || !slices.EqualFunc(all, []string{"t2"}, func(t ticket.Ticket, id string) bool { return t.ID == id }) {
		t.Errorf("there are %+v, %v", all, err)
	}
}
