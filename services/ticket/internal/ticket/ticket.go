// Package ticket is the domain: tickets, their conversations, what may happen to them and who may do it.
// It knows no transport, no encoding and no store; those are its sibling packages.
package ticket

import "time"

// Limits of the contract that the rules check. Those of single fields are checked where bodies are read.
const (
	MaxMessages = 500     // in one conversation
	MaxSize     = 1 << 20 // bytes of text in one conversation
)

// Role says whether somebody is a client, an agent or an admin.
type Role string

// The roles. Another role may do nothing.
const (
	Client Role = "client"
	Agent  Role = "agent"
	Admin  Role = "admin" // an agent who manages what all agents share
)

// Answers tells whether the role is that of somebody who answers clients.
func (r Role) Answers() bool { return r == Agent || r == Admin }

// Actor is who does something, as the access JWT says.
type Actor struct {
	ID   string
	Name string
	Role Role
}

// Priority says how urgent a ticket is.
type Priority string

// The priorities; Normal is the default.
const (
	Low    Priority = "low"
	Normal Priority = "normal"
	High   Priority = "high"
	Urgent Priority = "urgent"
)

// Priorities are all of them.
var Priorities = []Priority{Low, Normal, High, Urgent}

// Summary is a ticket without its conversation, as lists and events show it.
// Times are in UTC with milliseconds, so that every store returns the same values.
type Summary struct {
	ID            string
	ClientID      string
	ClientName    string // as the token said when the ticket was opened
	Subject       string
	Status        Status
	Priority      Priority
	MessageCount  int
	LastMessageAt time.Time
	LastMessageBy Role
	OpenedAt      time.Time
	UpdatedAt     time.Time
	ClosedAt      time.Time // zero unless closed
	Version       int       // counts the changes from 1; it is also the sequence of the change's event
	Number        int       // what people call it by; 0 until the store has given it one
	FollowUpOf    string    // the closed ticket that it goes on from; empty: none

	RatingScore   int // 1 to 5; 0: the client has not rated it
	RatingComment string
	RatedAt       time.Time

	// What follows is for agents only; sibling wire keeps it from clients.
	AssigneeID     string // empty: nobody's
	AssigneeName   string
	Tags           []string  // sorted, each once; nil without any
	SnoozedUntil   time.Time // zero unless somebody has put it off
	WaitingSince   time.Time // the first message of the client that nobody has answered; zero unless the status is PendingAgent
	FirstRepliedAt time.Time // the first answer; zero before it
	NoteCount      int
}

// Numbered gives a new ticket, and the event of its opening, the number that the store has chosen.
func (t *Ticket) Numbered(n int) {
	t.Number = n
	for i := range t.Pending {
		t.Pending[i].Ticket.Number = n
	}
}

// Ticket is the aggregate: in every store a ticket is one document.
type Ticket struct {
	Summary
	Size         int         // bytes of text in the conversation
	OpenedWith   Idempotency // of the request that opened it
	DeletedAt    time.Time   // not zero: a tombstone, which only its last event still needs
	NoteSize     int         // bytes of text in the notes
	Conversation []Message   // in order of Seq; not loaded while a change is made

	// For agents only: loaded for those whose scope is all tickets, and not while a change is made.
	Notes   []Note // in order of Seq
	History []Step // the newest MaxHistory, in order of Version

	// Pending has the events of changes that are not stored yet. A store writes them, with their messages,
	// together with the ticket.
	Pending []Event
}

// Message is one message of a conversation. It never changes.
type Message struct {
	ID       string
	Seq      int // place in the conversation, from 1 on
	Author   Actor
	Text     string
	SentAt   time.Time
	SentWith Idempotency
}

// Stamp is what a change needs besides its content: who makes it, when, and the ids that it gives out.
type Stamp struct {
	Actor     Actor
	At        time.Time
	EventID   string
	MessageID string
}
