package ticket

import (
	"context"
	"time"
)

// FormerAgent is under which name the replies of an agent stay whose account was deleted. Their author keeps its id, which
// leads nowhere by then, so that a conversation still shows whose replies are whose.
const FormerAgent = "Former agent"

// Erasure is a deleted account whose tickets and name are to go, or have gone. It is kept for good, so that nothing of it
// comes back, and tells an id that belongs to nobody any more.
type Erasure struct {
	UserID string
	Round  int       // counts how often there was a reason to look for what is left
	At     time.Time // of the last one
}

// Erasures are what a store knows of deleted accounts.
type Erasures interface {
	// Erase begins a round for a user, which is due at that time.
	Erase(ctx context.Context, userID string, at time.Time) error
	// Erased returns which of the users were deleted, in no order.
	Erased(ctx context.Context, userIDs ...string) ([]string, error)
	// DueErasures lists rounds that are due, those that have been for longest first, at most limit.
	DueErasures(ctx context.Context, now time.Time, limit int) ([]Erasure, error)
	// FinishErasure makes a round due again at that time, or never if it is zero. If another one has begun since, it
	// changes nothing.
	FinishErasure(ctx context.Context, e Erasure, again time.Time) error

	// TicketsOf lists ids of a client's tickets, at most limit, in no order.
	TicketsOf(ctx context.Context, clientID string, limit int) ([]string, error)
	// HasTombstones tells whether there is a tombstone of a client's ticket, which has events to be announced.
	HasTombstones(ctx context.Context, clientID string) (bool, error)
	// RenameAgent gives an agent's messages the name in at most limit tickets or messages, takes the idempotency keys that
	// the agent chose out of them, and returns how many were changed. They get no new version and no event.
	RenameAgent(ctx context.Context, agentID, name string, limit int) (int, error)
	// Scrub overwrites what has been removed so far where the engine's files would still show it. What would keep writers
	// waiting for long, it leaves for a quiet hour. An engine whose files are out of reach does nothing.
	Scrub(ctx context.Context) error
}

// Announced are the events of tickets where everybody can read them.
type Announced interface {
	// Forget removes what was said of a client's tickets before their deletion, and every copy that a consumer has set
	// aside. It may be repeated.
	Forget(ctx context.Context, clientID string) error
}
