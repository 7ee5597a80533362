package ticket

import (
	"context"
	"time"

	"crm.example/pkg/problem"
)

// Store keeps tickets. It promises nothing across tickets: every method changes one document, or reads.
//
// Every write is durable when the method returns, and atomic: the ticket, the messages in
// Ticket.Pending and its events in the outbox, or none of them. Tombstones are only for the relay:
// no method here finds them. A store that does not answer is a problem unavailable. Returned
// tickets have nothing pending.
type Store interface {
	Erasures
	People
	SavedReplies
	Upgrades

	// Create gives a new ticket its Number, stores it and returns it complete, without notes and history. If its client has a ticket that was opened with
	// the same idempotency key, that one is returned as it is now and nothing is stored.
	Create(ctx context.Context, t Ticket) (Ticket, error)

	// Find returns a complete ticket, read at one moment. Notes and history are read only if the scope is all tickets.
	// A missing one, or one outside of the scope, is not-found.
	Find(ctx context.Context, scope Scope, id string) (Ticket, error)

	// List returns at most q.Limit tickets in the order of q, those after q.After only. A ticket that exists during the
	// complete list, and keeps its place, is on exactly one of its pages. A search finds everything that was stored by a
	// write that has returned.
	List(ctx context.Context, q Query) ([]Summary, error)

	// Count counts the tickets of a query, to q.Limit at most.
	Count(ctx context.Context, q Query) (int, error)

	// Facts tell of the time from one moment on to another, and who waits now. They are not of one moment.
	Facts(ctx context.Context, from, to, now time.Time) (Facts, error)

	// Update changes a ticket and returns it as Find does, as it is after the change. A missing one, or one
	// outside of the scope, is not-found. The change may run more than once, each time on the stored
	// ticket, so that no other change is lost. If it returns an error, that is returned and nothing is
	// stored. If it leaves nothing pending, nothing is stored either. If the ticket is a tombstone
	// afterwards, its conversation is removed in the same write.
	Update(ctx context.Context, target Target, change Change) (Ticket, error)
}

// Change changes a ticket, which has no conversation here. earlier is the idempotency of the message that the
// target's author sent with the target's key; zero if there is no such message.
type Change func(t *Ticket, earlier Idempotency) error

// Target is the ticket that an update is for, and the idempotency key that it looks up.
type Target struct {
	Scope  Scope
	ID     string
	Author string // of the key; each author has keys of their own
	Key    string // empty: none
	Notes  bool   // it is the key of a note, not of a message
}

// NotFound is the problem for a missing ticket and for one outside of the scope. It is the same, so that
// nobody learns which ids exist.
func NotFound() error { return problem.New(problem.NotFound, "") }
