package mongostore

import (
	"time"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/ticket"
)

// document is a ticket as people read it in the database. Times that are not there are missing, not null.
type document struct {
	ID            string    `bson:"_id"`
	ClientID      string    `bson:"clientId"`
	ClientName    string    `bson:"clientName"`
	Subject       string    `bson:"subject"`
	Status        string    `bson:"status"`
	Open          bool      `bson:"open"` // the status is not closed: what the index of such tickets is over
	Priority      string    `bson:"priority"`
	MessageCount  int       `bson:"messageCount"`
	LastMessageAt time.Time `bson:"lastMessageAt"`
	LastMessageBy string    `bson:"lastMessageBy"`
	OpenedAt      time.Time `bson:"openedAt"`
	UpdatedAt     time.Time `bson:"updatedAt"`
	ClosedAt      time.Time `bson:"closedAt,omitempty"`
	Version       int       `bson:"version"`
	Size          int       `bson:"size"`
	OpenedWith    *once     `bson:"openedWith,omitempty"`
	Conversation  []message `bson:"conversation,omitempty"`
}

// newDocument is what is inserted. Other writes name the members that they change.
type newDocument struct {
	Ticket document     `bson:",inline"`
	Outbox mongo.Outbox `bson:",inline"`
}

type message struct {
	ID       string    `bson:"id"`
	Seq      int       `bson:"seq"`
	Author   author    `bson:"author"`
	Text     string    `bson:"message"`
	SentAt   time.Time `bson:"sentAt"`
	SentWith *once     `bson:"sentWith,omitempty"`
}

type author struct {
	ID   string `bson:"id"`
	Name string `bson:"name"`
	Role string `bson:"role"`
}

// once is an idempotency key with the hash of its body; missing where none was sent.
type once struct {
	Key  string `bson:"key"`
	Hash string `bson:"hash"`
}

func documentOf(t ticket.Ticket) document {
	return document{
		ID: t.ID, ClientID: t.ClientID, ClientName: t.ClientName, Subject: t.Subject,
		Status: string(t.Status), Open: t.Status != ticket.Closed, Priority: string(t.Priority), MessageCount: t.MessageCount,
		LastMessageAt: t.LastMessageAt, LastMessageBy: string(t.LastMessageBy),
		OpenedAt: t.OpenedAt, UpdatedAt: t.UpdatedAt, ClosedAt: t.ClosedAt,
		Version: t.Version, Size: t.Size, OpenedWith: onceOf(t.OpenedWith),
	}
}

func (d document) ticket() ticket.Ticket {
	t := ticket.Ticket{Summary: d.summary(), Size: d.Size, OpenedWith: d.OpenedWith.idempotency()}
	for _, m := range d.Conversation {
		t.Conversation = append(t.Conversation, m.message())
	}
	return t
}

func (d document) summary() ticket.Summary {
	return ticket.Summary{
		ID: d.ID, ClientID: d.ClientID, ClientName: d.ClientName, Subject: d.Subject,
		Status: ticket.Status(d.Status), Priority: ticket.Priority(d.Priority), MessageCount: d.MessageCount,
		LastMessageAt: d.LastMessageAt, LastMessageBy: ticket.Role(d.LastMessageBy),
		OpenedAt: d.OpenedAt, UpdatedAt: d.UpdatedAt, ClosedAt: d.ClosedAt, Version: d.Version,
	}
}

func messageOf(m ticket.Message) message {
	return message{
		ID: m.ID, Seq: m.Seq, Author: author{m.Author.ID, m.Author.Name, string(m.Author.Role)},
		Text: m.Text, SentAt: m.SentAt, SentWith: onceOf(m.SentWith),
	}
}

func (m message) message() ticket.Message {
	return ticket.Message{
		ID: m.ID, Seq: m.Seq, Author: ticket.Actor{ID: m.Author.ID, Name: m.Author.Name, Role: ticket.Role(m.Author.Role)},
		Text: m.Text, SentAt: m.SentAt, SentWith: m.SentWith.idempotency(),
	}
}

func onceOf(i ticket.Idempotency) *once {
	if i.Key == "" {
		return nil
	}
	return &once{Key: i.Key, Hash: i.Hash}
}

func (o *once) idempotency() ticket.Idempotency {
	if o == nil {
		return ticket.Idempotency{}
	}
	return ticket.Idempotency{Key: o.Key, Hash: o.Hash}
}
