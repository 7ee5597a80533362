package ticket

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"crm.example/pkg/problem"
)

// Desk has the use cases of tickets. Each checks the permission first.
type Desk struct {
	Store        Store
	Throttle     Throttle
	Limits       Limits
	NewID        func() string    // UUIDv7: ordered, and different in all replicas
	Now          func() time.Time // cut to milliseconds here
	ReopenWindow time.Duration    // how long a reply reopens a closed ticket
	Reports      chan struct{}    // has room for as many as may be made at once
	Announce     func(id string)  // tells the relay that the ticket may have new events; never blocks
}

// OpenFor opens a ticket for a client, with a message of the agent's. Whoever is no client is invalid-input at /clientId.
func (d Desk) OpenFor(ctx context.Context, a Actor, clientID string, draft Draft) (Ticket, error) {
	if _, err := Permit(a, ToOpen); err != nil {
		return Ticket{}, err
	}
	client, err := d.Store.PersonByID(ctx, clientID)
	if problem.Is(err, problem.NotFound) || err == nil && client.Role != Client {
		return Ticket{}, errNoClient
	}
	if err != nil {
		return Ticket{}, err
	}
	draft.Client = Actor{ID: client.ID, Name: client.Name, Role: Client}
	return d.Open(ctx, a, draft)
}

var errNoClient = problem.NewInvalid(problem.Field{Pointer: "/clientId", Code: problem.Invalid, Message: "Nobody who is a client has this id"})

// Open opens a ticket, once per client and idempotency key. Who has to do with all tickets opens none of their own, and a client
// none for another.
func (d Desk) Open(ctx context.Context, a Actor, draft Draft) (Ticket, error) {
	scope, err := Permit(a, ToOpen)
	if err == nil && (scope.ClientID == "") != (draft.Client.ID != "") {
		err = errNoClient
	}
	if err != nil {
		return Ticket{}, err
	}
	if err := d.mayFollow(ctx, a, draft); err != nil {
		return Ticket{}, err
	}
	if err := d.admit(ctx, a, openingsOf(a), d.Limits.Opened); err != nil {
		return Ticket{}, err
	}
	opened := Open(d.stamp(a), d.NewID(), draft)
	stored, err := d.Store.Create(ctx, opened)
	if stored.ID != opened.ID {
		d.giveBack(ctx, a, openingsOf(a))
	}
	if err != nil {
		return Ticket{}, err
	}
	if stored.ID == opened.ID {
		d.Announce(stored.ID)
	} else if err := opened.OpenedWith.repeats(stored.OpenedWith); err != nil {
		return Ticket{}, err
	}
	if stored, err = d.unlessErased(ctx, a, stored); err != nil || !a.Role.Answers() {
		return stored, err
	}
	return d.Read(ctx, a, stored.ID) // with what the store keeps from clients
}

// unlessErased looks, after somebody has written something, whether the account was deleted meanwhile, or that of the client:
// then its erasure may have passed by already, and has to begin again. Should that fail, or the process end before, the second
// look of the Eraser finds it.
func (d Desk) unlessErased(ctx context.Context, a Actor, t Ticket) (Ticket, error) {
	erased, err := d.Store.Erased(ctx, a.ID, t.ClientID)
	if err != nil || len(erased) == 0 {
		return t, nil
	}
	for _, id := range erased {
		_ = d.Store.Erase(context.WithoutCancel(ctx), id, d.now())
	}
	if slices.Contains(erased, a.ID) {
		return Ticket{}, problem.New(problem.TokenRevoked, "")
	}
	return Ticket{}, NotFound()
}

// Read returns a ticket with its conversation.
func (d Desk) Read(ctx context.Context, a Actor, id string) (Ticket, error) {
	scope, err := Permit(a, ToRead)
	if err != nil {
		return Ticket{}, err
	}
	return d.Store.Find(ctx, scope, id)
}

// List returns a page of those of the tickets asked for that the actor may see.
func (d Desk) List(ctx context.Context, a Actor, q Query) (Page, error) {
	scope, err := Permit(a, ToList)
	if err != nil {
		return Page{}, err
	}
	limit := q.Limit
	q.Scope, q.Limit, q.Now = scope, limit+1, d.now()
	if q.View == Mine {
		q.Assignee = a.ID
	}
	items, err := d.Store.List(ctx, q)
	if err != nil {
		return Page{}, err
	}
	return pageOf(items, limit, q.Order()), nil
}

// Count counts what an agent finds in each view.
func (d Desk) Count(ctx context.Context, a Actor) (c Counts, err error) {
	scope, err := Permit(a, ToCount)
	if err != nil {
		return Counts{}, err
	}
	queries := map[*int]Query{
		&c.Mine: {View: Mine, Assignee: a.ID}, &c.Unassigned: {View: Unassigned}, &c.Waiting: {View: Waiting}, &c.Snoozed: {View: Snoozed}, &c.Open: {Filter: NotClosed},
	}
	var all sync.WaitGroup
	failed := make(chan error, len(queries))
	for to, q := range queries {
		q.Scope, q.Now, q.Limit = scope, d.now(), MostCounted
		all.Go(func() {
			n, err := d.Store.Count(ctx, q)
			if *to = n; err != nil {
				failed <- err
			}
		})
	}
	all.Wait()
	close(failed)
	return c, <-failed // nil if none has
}

// Edit replies and changes subject and priority in one write. If the reply was stored before with its
// idempotency key, it is not checked again: it succeeds in any state of the ticket.
func (d Desk) Edit(ctx context.Context, a Actor, id string, e Edit) (Ticket, error) {
	if e.Message == nil {
		return d.editSeen(ctx, a, id, e)
	}
	if err := d.admit(ctx, a, repliesOf(a), d.Limits.Replies); err != nil {
		return Ticket{}, err
	}
	t, err := d.editSeen(ctx, a, id, e)
	if err != nil {
		d.giveBack(ctx, a, repliesOf(a))
		return t, err
	}
	if a.Role.Answers() { // a client's goes with its ticket
		return d.unlessErased(ctx, a, t)
	}
	return t, nil
}

// editSeen takes what its author has written elsewhere for seen.
func (d Desk) editSeen(ctx context.Context, a Actor, id string, e Edit) (Ticket, error) {
	for {
		t, err := d.edit(ctx, a, id, e)
		if !errors.Is(err, errUnseen) {
			return t, err
		}
		now, err := d.Read(ctx, a, id)
		if err != nil {
			return Ticket{}, err
		}
		if missed := now.missed(*e.LastSeq, a); len(missed) > 0 {
			return Ticket{}, &Moved{missed}
		}
		e.LastSeq = &now.MessageCount
	}
}

func (d Desk) edit(ctx context.Context, a Actor, id string, e Edit) (Ticket, error) {
	stamp, with := d.stamp(a), e.idempotency()
	return d.update(ctx, a, Target{ID: id, Author: a.ID, Key: with.Key}, func(t *Ticket, earlier Idempotency) error {
		if earlier != (Idempotency{}) {
			return with.repeats(earlier)
		}
		if err := cmp.Or(e.Of.check(t), t.upTo(e.LastSeq)); err != nil {
			return err
		}
		return t.Edit(stamp, e, d.ReopenWindow)
	}, e.actions()...)
}

// Close closes a ticket; a closed one stays as it is.
func (d Desk) Close(ctx context.Context, a Actor, id string, of Versions) (Ticket, error) {
	stamp := d.stamp(a)
	return d.update(ctx, a, Target{ID: id}, func(t *Ticket, _ Idempotency) error {
		if err := of.check(t); err != nil {
			return err
		}
		return t.Close(stamp)
	}, ToClose)
}

// Delete removes a ticket and everything written in it for good.
func (d Desk) Delete(ctx context.Context, a Actor, id string, of Versions) error {
	stamp := d.stamp(a)
	_, err := d.update(ctx, a, Target{ID: id}, func(t *Ticket, _ Idempotency) error {
		if err := of.check(t); err != nil {
			return err
		}
		if _, err := t.next(stamp, d.ReopenWindow, ToDelete); err != nil {
			return err
		}
		t.Delete(stamp)
		return nil
	}, ToDelete)
	return err
}

func (d Desk) update(ctx context.Context, a Actor, target Target, change Change, do ...Action) (Ticket, error) {
	scope, err := Permit(a, do...)
	if err != nil {
		return Ticket{}, err
	}
	target.Scope = scope
	t, err := d.Store.Update(ctx, target, change)
	if err == nil {
		d.Announce(t.ID)
	}
	return t, err
}

// stamp has the actor as tickets show them: an admin is an agent there.
func (d Desk) stamp(a Actor) Stamp {
	if a.Role.Answers() {
		a.Role = Agent
	}
	return Stamp{Actor: a, At: d.now(), EventID: d.NewID(), MessageID: d.NewID()}
}

func (d Desk) now() time.Time { return d.Now().UTC().Truncate(time.Millisecond) }
