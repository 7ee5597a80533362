package ticket

import (
	"context"
	"time"
)

// FormerAgent is the name in replies of an agent whose account was deleted. Their author keeps the id, which belongs to no account
// then, so that a conversation still shows which replies are from the same person.
const FormerAgent = "Former agent"

// Erasure is a deleted account whose tickets and name are being removed, or are removed. It is kept for good, so that no late
// write or import brings data back. It has only an id, which belongs to no account any more.
type Erasure struct {
	UserID string
	Round  int       // counts the rounds of looking for data
	At     time.Time // when the last round began
}

// Erasures keeps the deleted accounts.
type Erasures interface {
	// Erase begins a round for a user, which is due at that time.
	Erase(ctx context.Context, userID string, at time.Time) error
	// Erased returns which of the users were deleted, in no order.
	Erased(ctx context.Context, userIDs ...string) ([]string, error)
	// DueErasures lists rounds that are due, at most limit. Those that have been due longest come first.
	DueErasures(ctx context.Context, now time.Time, limit int) ([]Erasure, error)
	// FinishErasure makes a round due again at that time, or never if it is zero. If another one has begun since, it
	// changes nothing.
	FinishErasure(ctx context.Context, e Erasure, again time.Time) error

	// TicketsOf lists ids of a client's tickets, at most limit, in no order.
	TicketsOf(ctx context.Context, clientID string, limit int) ([]string, error)
	// HasTombstones tells whether there is a tombstone of a client's ticket, which has events to be published.
	HasTombstones(ctx context.Context, clientID string) (bool, error)
	// RenameAgent sets the name in an agent's messages and notes, and in the tickets assigned to the agent, and removes the agent's
	// idempotency keys, in at most limit of each at a time, and returns how many were changed. They get no new version and no event.
	RenameAgent(ctx context.Context, agentID, name string, limit int) (int, error)
	// Scrub overwrites removed data in the engine's files. If writers would wait long for it, it leaves this for a quiet
	// hour. If the service cannot reach the engine's files, it does nothing.
	Scrub(ctx context.Context) error
}

// Announced has the published events of tickets.
type Announced interface {
	// Forget removes the older events of a client's deleted tickets, and their dead letters. It may be repeated.
	Forget(ctx context.Context, clientID string) error
}
