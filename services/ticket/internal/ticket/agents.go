package ticket

import (
	"context"
	"errors"

	"crm.example/pkg/problem"
)

// Handle changes what agents keep beside a ticket, in one write.
func (d Desk) Handle(ctx context.Context, a Actor, id string, h Handling) (Ticket, error) {
	if _, err := Permit(a, h.actions()...); err != nil {
		return Ticket{}, err
	}
	if err := d.name(ctx, h.Assignee); err != nil {
		return Ticket{}, err
	}
	stamp := d.stamp(a)
	t, err := d.update(ctx, a, Target{ID: id}, func(t *Ticket, _ Idempotency) error {
		if err := h.Of.check(t); err != nil {
			return err
		}
		return t.Handle(stamp, h)
	}, h.actions()...)
	if err != nil {
		return Ticket{}, err
	}
	if err := d.unlessLeft(ctx, h.Assignee); err != nil {
		return Ticket{}, err
	}
	return d.unlessErased(ctx, a, t)
}

// unlessLeft looks, after a ticket was assigned, whether the assignee is no agent any more: then what takes the open tickets of one
// who leaves away may have passed by already, and does so again.
func (d Desk) unlessLeft(ctx context.Context, who *Assignee) error {
	if !errors.Is(d.name(ctx, who), errNoAgent) {
		return nil
	}
	e := Eraser{Store: d.Store, NewID: d.NewID, Now: d.Now, Announce: d.Announce}
	return errors.Join(errNoAgent, e.Release(context.WithoutCancel(ctx), who.ID))
}

// errNoAgent is one sentence for somebody who is not there and for a client.
var errNoAgent = problem.NewInvalid(problem.Field{Pointer: "/assigneeId", Code: problem.Invalid, Message: "Must be the id of an agent"})

// name fills in what an assignee is called.
func (d Desk) name(ctx context.Context, who *Assignee) error {
	if who == nil || who.ID == "" {
		return nil
	}
	person, err := d.Store.PersonByID(ctx, who.ID)
	switch {
	case problem.Is(err, problem.NotFound) || err == nil && !person.Role.Answers():
		return errNoAgent
	case err != nil:
		return err
	}
	who.Name = person.Name
	return nil
}

// Note writes a note beside a ticket, once per author and idempotency key.
func (d Desk) Note(ctx context.Context, a Actor, id, text, key string) (Note, error) {
	stamp, with := d.stamp(a), keyed(key, &text)
	t, err := d.update(ctx, a, Target{ID: id, Author: a.ID, Key: key, Notes: true}, func(t *Ticket, earlier Idempotency) error {
		if earlier != (Idempotency{}) {
			return with.repeats(earlier)
		}
		return t.Note(stamp, text, with)
	}, ToNote)
	if err == nil {
		t, err = d.unlessErased(ctx, a, t)
	}
	if err != nil {
		return Note{}, err
	}
	for _, n := range t.Notes {
		if n.ID == stamp.MessageID || with != (Idempotency{}) && n.Author.ID == a.ID && n.SentWith == with {
			return n, nil
		}
	}
	return Note{}, errors.New("the note is not in the ticket that it was written to")
}

// Names are those of the people in a ticket's history, by id. One whom nobody knows any more has none.
func (d Desk) Names(ctx context.Context, t Ticket) map[string]string {
	names := map[string]string{t.ClientID: t.ClientName}
	for _, id := range t.NamesIn() {
		if person, err := d.Store.PersonByID(ctx, id); err == nil && id != t.ClientID {
			names[id] = person.Name
		}
	}
	return names
}

// Allowed are the actions that somebody who sees the ticket may do now.
func (d Desk) Allowed(a Actor, t Ticket) []Action { return t.Allowed(a.Role, d.now(), d.ReopenWindow) }
