package ticket

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"crm.example/pkg/problem"
)

// Archive is what moving tickets to another store needs of both. It never announces anything: what a file says has been
// announced by the service that it came from.
type Archive interface {
	// TicketsAfter returns tickets whole, in the order of their ids, those after the given one (all are after ""), at
	// most limit. Each is as it was at one moment, and one that is there all the while is among them.
	TicketsAfter(ctx context.Context, id string, limit int) ([]Ticket, error)
	// Restore stores a ticket whole and as it is, Version included, in one write. If its id is there already, or its
	// client has a ticket that was opened with the same idempotency key, nothing is stored and the error is ErrThere.
	Restore(ctx context.Context, t Ticket) error
	// Find is the one of Store.
	Find(ctx context.Context, scope Scope, id string) (Ticket, error)
	// Erased is the one of Erasures.
	Erased(ctx context.Context, userIDs ...string) ([]string, error)
}

// ErrThere is what Restore answers when it would have to overwrite something.
var ErrThere = errors.New("the id or the idempotency key is there already")

// ErrErased is what the use case Restore answers for a ticket of a client whose account was deleted here.
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

// people are the ids of the client and of all who wrote.
func (t Ticket) people() []string {
	ids := []string{t.ClientID}
	for _, m := range t.Conversation {
		if !slices.Contains(ids, m.Author.ID) {
			ids = append(ids, m.Author.ID)
		}
	}
	return ids
}

// forget does to a ticket what RenameAgent does to those in a store.
func (t *Ticket) forget(agents []string) {
	for i := range t.Conversation {
		if m := &t.Conversation[i]; slices.Contains(agents, m.Author.ID) {
			m.Author.Name, m.SentWith = FormerAgent, Idempotency{}
		}
	}
}
