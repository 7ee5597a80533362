package ticket

import (
	"context"

	"crm.example/pkg/problem"
)

// Store keeps tickets. It promises nothing across tickets: every method is about one document, or reads.
//
// Every write is durable when the method returns, and atomic: the ticket, the messages in
// Ticket.Pending and the announcements of its events, or none of it. Tombstones are for the relay
// alone: no method here finds them. A store that does not answer is a problem unavailable. Returned
// tickets have nothing pending.
type Store interface {
	Erasures
	People
	Upgrades

	// Create gives a new ticket its Number, stores it and returns it whole. If its client has a ticket that was opened with
	// the same idempotency key, that one is returned as it is now and nothing is stored.
	Create(ctx context.Context, t Ticket) (Ticket, error)

	// Find returns a ticket whole, as it was at one moment. Not there, or outside the scope: not-found.
	Find(ctx context.Context, scope Scope, id string) (Ticket, error)

	// List returns at most q.Limit tickets, newest first (OpenedAt, then ID, both descending), those
	// after q.After only. Every ticket that was there all the while is on exactly one of a list's pages. A search finds
	// whatever a write has stored that has returned.
	List(ctx context.Context, q Query) ([]Summary, error)

	// Update changes a ticket and returns it whole, as it is after the change. Not there, or outside
	// the scope: not-found. The change may run more than once, each time on what is stored then, so
	// that nothing stored in between is lost. An error of it is returned as it is and nothing is
	// stored; nor is anything if it leaves nothing pending. A ticket that is a tombstone afterwards
	// loses its conversation in the same write.
	Update(ctx context.Context, target Target, change Change) (Ticket, error)
}

// Change is what an update does to a ticket, which comes without its conversation. earlier is what the
// target's author sent the message under the target's key with; zero if there is no such message.
type Change func(t *Ticket, earlier Idempotency) error

// Target is the ticket that an update is for, and the idempotency key that it looks up.
type Target struct {
	Scope  Scope
	ID     string
	Author string // whose key; one author's keys say nothing about another's
	Key    string // empty: none
}

// NotFound is what a store answers for a ticket that is not there and for one outside the scope: the
// same, so that nobody learns which ids exist.
func NotFound() error { return problem.New(problem.NotFound, "") }
