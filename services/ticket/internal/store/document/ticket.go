// Package document has the documents of the ticket service in the form of both stores: the members, their names in BSON and in JSON,
// and the only conversion from the domain's types and back. Members are added and never renamed. A later member may be omitted, since
// older documents do not have it, and the version before still writes such documents.
package document

import (
	"time"

	"crm.example/services/ticket/internal/ticket"
)

// Summary has the members of ticket.Summary, in the same order and with the same types. So Go can convert one into the other, and
// does not compile if a member is missing here.
type Summary struct {
	ID            string          `bson:"_id" json:"id"`
	ClientID      string          `bson:"clientId" json:"clientId"`
	ClientName    string          `bson:"clientName" json:"clientName"`
	Subject       string          `bson:"subject" json:"subject"`
	Status        ticket.Status   `bson:"status" json:"status"`
	Priority      ticket.Priority `bson:"priority" json:"priority"`
	MessageCount  int             `bson:"messageCount" json:"messageCount"`
	LastMessageAt time.Time       `bson:"lastMessageAt" json:"lastMessageAt"`
	LastMessageBy ticket.Role     `bson:"lastMessageBy" json:"lastMessageBy"`
	OpenedAt      time.Time       `bson:"openedAt" json:"openedAt"`
	UpdatedAt     time.Time       `bson:"updatedAt" json:"updatedAt"`
	ClosedAt      time.Time       `bson:"closedAt,omitempty" json:"closedAt,omitzero"`
	Version       int             `bson:"version" json:"version"`
	Number        int             `bson:"number,omitempty" json:"number,omitzero"`
	FollowUpOf    string          `bson:"followUpOf,omitempty" json:"followUpOf,omitzero"`

	RatingScore   int       `bson:"ratingScore,omitempty" json:"ratingScore,omitzero"`
	RatingComment string    `bson:"ratingComment,omitempty" json:"ratingComment,omitzero"`
	RatedAt       time.Time `bson:"ratedAt,omitempty" json:"ratedAt,omitzero"`

	AssigneeID     string    `bson:"assigneeId,omitempty" json:"assigneeId,omitzero"`
	AssigneeName   string    `bson:"assigneeName,omitempty" json:"assigneeName,omitzero"`
	Tags           []string  `bson:"tags,omitempty" json:"tags,omitempty"`
	SnoozedUntil   time.Time `bson:"snoozedUntil,omitempty" json:"snoozedUntil,omitzero"`
	WaitingSince   time.Time `bson:"waitingSince,omitempty" json:"waitingSince,omitzero"`
	FirstRepliedAt time.Time `bson:"firstRepliedAt,omitempty" json:"firstRepliedAt,omitzero"`
	NoteCount      int       `bson:"noteCount,omitempty" json:"noteCount,omitzero"`
}

// Ticket is everything that is stored of a ticket, except its unpublished events.
type Ticket struct {
	Summary    `bson:",inline"`
	Open       bool      `bson:"open" json:"-"`                       // the status is not closed: what an index of MongoDB is over
	Turn       time.Time `bson:"turn,omitempty" json:"turn,omitzero"` // ticket.Summary.Turn, for the order of views
	Size       int       `bson:"size" json:"size"`
	NoteSize   int       `bson:"noteSize,omitempty" json:"noteSize,omitzero"`
	OpenedWith Once      `bson:"openedWith,omitempty" json:"openedWith,omitzero"`

	// Conversation only grows. It is left out when it is not read. In SQLite each message is a row.
	Conversation []Message `bson:"conversation,omitempty" json:"-"`
	Notes        []Note    `bson:"notes,omitempty" json:"-"`
	History      []Step    `bson:"history,omitempty" json:"-"` // but for the oldest steps, which go
}

// Note is one of the notes.
type Note struct {
	ID       string    `bson:"id" json:"id"`
	Seq      int       `bson:"seq" json:"seq"`
	Author   Actor     `bson:"author" json:"author"`
	Text     string    `bson:"message" json:"message"`
	SentAt   time.Time `bson:"sentAt" json:"sentAt"`
	AfterSeq int       `bson:"afterSeq" json:"afterSeq"`
	SentWith Once      `bson:"sentWith,omitempty" json:"sentWith,omitzero"`
}

// Step is one of the history.
type Step struct {
	Version int         `bson:"version" json:"version"`
	At      time.Time   `bson:"at" json:"at"`
	ActorID string      `bson:"actorId,omitempty" json:"actorId,omitzero"`
	Role    ticket.Role `bson:"role,omitempty" json:"role,omitzero"`
	Verb    ticket.Verb `bson:"verb" json:"verb"`
	Changed []string    `bson:"changed,omitempty" json:"changed,omitempty"`
	Detail  Detail      `bson:"detail,omitempty" json:"detail,omitzero"`
}

// Detail is that of a step.
type Detail struct {
	From    string    `bson:"from,omitempty" json:"from,omitzero"`
	To      string    `bson:"to,omitempty" json:"to,omitzero"`
	Added   []string  `bson:"added,omitempty" json:"added,omitempty"`
	Removed []string  `bson:"removed,omitempty" json:"removed,omitempty"`
	Until   time.Time `bson:"until,omitempty" json:"until,omitzero"`
}

// IsZero has the encoders omit it.
func (d Detail) IsZero() bool {
	return d.From == "" && d.To == "" && len(d.Added)+len(d.Removed) == 0 && d.Until.IsZero()
}

// Message is a message of the conversation.
type Message struct {
	ID       string    `bson:"id" json:"id"`
	Seq      int       `bson:"seq" json:"seq"`
	Author   Actor     `bson:"author" json:"author"`
	Text     string    `bson:"message" json:"message"`
	SentAt   time.Time `bson:"sentAt" json:"sentAt"`
	SentWith Once      `bson:"sentWith,omitempty" json:"sentWith,omitzero"`
}

// Actor is who wrote.
type Actor struct {
	ID   string      `bson:"id" json:"id"`
	Name string      `bson:"name" json:"name"`
	Role ticket.Role `bson:"role" json:"role"`
}

// Once is an idempotency key with the hash of its body; missing if no key was sent.
type Once struct {
	Key  string `bson:"key" json:"key"`
	Hash string `bson:"hash" json:"hash"`
}

// IsZero makes the encoders omit it.
func (o Once) IsZero() bool { return o == Once{} }

// Tombstone is everything that stays of a deleted ticket, except its unpublished events.
type Tombstone struct {
	ID        string    `bson:"_id" json:"id"`
	ClientID  string    `bson:"clientId" json:"clientId"`
	Version   int       `bson:"version" json:"version"`
	DeletedAt time.Time `bson:"deletedAt" json:"deletedAt"`
}

// Erasure is a deleted account. It is due at a time that is the store's business.
type Erasure struct {
	UserID string    `bson:"_id"`
	Round  int       `bson:"round"`
	At     time.Time `bson:"at"`
	DueAt  time.Time `bson:"dueAt,omitempty"`
}

// TicketOf is the ticket's document.
func TicketOf(t ticket.Ticket) Ticket {
	return Ticket{
		Summary: Summary(t.Summary), Open: t.Status != ticket.Closed, Turn: t.Turn(), Size: t.Size, NoteSize: t.NoteSize, OpenedWith: Once(t.OpenedWith),
		Conversation: MessagesOf(t.Conversation), Notes: NotesOf(t.Notes), History: StepsOf(t.History),
	}
}

// Ticket is the document's ticket.
func (d Ticket) Ticket() ticket.Ticket {
	return ticket.Ticket{
		Summary: ticket.Summary(d.Summary), Size: d.Size, NoteSize: d.NoteSize, OpenedWith: ticket.Idempotency(d.OpenedWith),
		Conversation: each(d.Conversation, Message.Message), Notes: each(d.Notes, Note.Note), History: each(d.History, Step.Step),
	}
}

// SummaryFrom is the document's summary.
func SummaryFrom(d Summary) ticket.Summary { return ticket.Summary(d) }

// MessageOf is the message's document.
func MessageOf(m ticket.Message) Message {
	return Message{ID: m.ID, Seq: m.Seq, Author: Actor(m.Author), Text: m.Text, SentAt: m.SentAt, SentWith: Once(m.SentWith)}
}

// MessagesOf are the documents of messages.
func MessagesOf(all []ticket.Message) []Message { return each(all, MessageOf) }

// Message is the document's message.
func (m Message) Message() ticket.Message {
	return ticket.Message{
		ID: m.ID, Seq: m.Seq, Author: ticket.Actor(m.Author), Text: m.Text, SentAt: m.SentAt, SentWith: ticket.Idempotency(m.SentWith),
	}
}

// NoteOf is the note's document.
func NoteOf(n ticket.Note) Note {
	return Note{ID: n.ID, Seq: n.Seq, Author: Actor(n.Author), Text: n.Text, SentAt: n.SentAt, AfterSeq: n.AfterSeq, SentWith: Once(n.SentWith)}
}

// NotesOf are the documents of notes.
func NotesOf(all []ticket.Note) []Note { return each(all, NoteOf) }

// Note is the document's note.
func (n Note) Note() ticket.Note {
	return ticket.Note{
		ID: n.ID, Seq: n.Seq, Author: ticket.Actor(n.Author), Text: n.Text, SentAt: n.SentAt, AfterSeq: n.AfterSeq, SentWith: ticket.Idempotency(n.SentWith),
	}
}

// StepOf is the step's document.
func StepOf(s ticket.Step) Step {
	return Step{Version: s.Version, At: s.At, ActorID: s.ActorID, Role: s.Role, Verb: s.Verb, Changed: s.Changed, Detail: Detail(s.Detail)}
}

// StepsOf are the documents of steps.
func StepsOf(all []ticket.Step) []Step { return each(all, StepOf) }

// Step is the document's step.
func (s Step) Step() ticket.Step {
	return ticket.Step{Version: s.Version, At: s.At, ActorID: s.ActorID, Role: s.Role, Verb: s.Verb, Changed: s.Changed, Detail: ticket.Detail(s.Detail)}
}

// TombstoneOf is the document of a ticket that is deleted.
func TombstoneOf(t ticket.Ticket) Tombstone {
	return Tombstone{ID: t.ID, ClientID: t.ClientID, Version: t.Version, DeletedAt: t.DeletedAt}
}

// Erasure is the document's erasure.
func (d Erasure) Erasure() ticket.Erasure {
	return ticket.Erasure{UserID: d.UserID, Round: d.Round, At: d.At}
}

// each converts a list; an empty one stays nil.
func each[From, To any](all []From, convert func(From) To) []To {
	if len(all) == 0 {
		return nil
	}
	converted := make([]To, len(all))
	for i, one := range all {
		converted[i] = convert(one)
	}
	return converted
}
