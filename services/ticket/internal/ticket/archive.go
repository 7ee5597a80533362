package ticket

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"crm.example/pkg/problem"
)

// Archive is what export and import need of a store. It writes no events: the service that the tickets come from has published
// them.
type Archive interface {
	// TicketsAfter returns complete tickets in the order of their ids, those after the given one (all are after ""), at
	// most limit. Each is read at one moment. A ticket that exists during the complete list is in it.
	TicketsAfter(ctx context.Context, id string, limit int) ([]Ticket, error)
	// Restore stores a complete ticket without a change, also of Version, in one write. If its id exists already, or its
	// client has a ticket that was opened with the same idempotency key, nothing is stored and the error is ErrThere.
	Restore(ctx context.Context, t Ticket) error
	SavedReplies
	// Find is the one of Store.
	Find(ctx context.Context, scope Scope, id string) (Ticket, error)
	// Erased is the one of Erasures.
	Erased(ctx context.Context, userIDs ...string) ([]string, error)
}

// ErrThere says that Restore would have to overwrite something.
var ErrThere = errors.New("the id or the idempotency key is there already")

// ErrErased says that the account of the ticket's client was deleted here.
var ErrErased = errors.New("the client's account was deleted")

// Restore stores a ticket from elsewhere, without what was erased here since the file was written, and leaves one that is there in the same or a newer version. It never
// overwrites: what else is in the way is an error that says it in a sentence.
func Restore(ctx context.Context, to Archive, t Ticket) (stored bool, err error) {
	erased, err := to.Erased(ctx, t.people()...)
	if err != nil {
		return false, err
	}
	if slices.Contains(erased, t.ClientID) {
		return false, ErrErased
	}
	t.forget(erased)
	err = to.Restore(ctx, t)
	if !errors.Is(err, ErrThere) {
		return err == nil, err
	}
	switch there, err := to.Find(ctx, Scope{}, t.ID); {
	case problem.Is(err, problem.NotFound):
		return false, fmt.Errorf("the client of the ticket %s has another one with its idempotency key, or the ticket was deleted here", t.ID)
	case err != nil:
		return false, err
	case there.Version < t.Version:
		return false, fmt.Errorf("the ticket %s is there already in an older version, and an import overwrites nothing", t.ID)
	}
	return false, nil
}

// people returns the ids of the client, of everybody who wrote and of the assignee.
func (t Ticket) people() []string {
	ids := []string{t.ClientID}
	for _, m := range t.Conversation {
		if !slices.Contains(ids, m.Author.ID) {
			ids = append(ids, m.Author.ID)
		}
	}
	for _, n := range t.Notes {
		ids = append(ids, n.Author.ID)
	}
	if t.AssigneeID != "" {
		ids = append(ids, t.AssigneeID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// forget changes a ticket in the same way as RenameAgent changes those in a store.
func (t *Ticket) forget(agents []string) {
	for i := range t.Conversation {
		if m := &t.Conversation[i]; slices.Contains(agents, m.Author.ID) {
			m.Author.Name, m.SentWith = FormerAgent, Idempotency{}
		}
	}
	for i := range t.Notes {
		if n := &t.Notes[i]; slices.Contains(agents, n.Author.ID) {
			n.Author.Name, n.SentWith = FormerAgent, Idempotency{}
		}
	}
	if t.AssigneeID != "" && slices.Contains(agents, t.AssigneeID) {
		t.AssigneeName = FormerAgent
	}
}
