// Package archive writes tickets to a file and reads them from one, as pkg/archive lays it out: one line holds a ticket with its
// whole conversation and its idempotency keys. It knows no store.
package archive

import (
	"time"

	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
)

// document is a ticket as a line of the file. Events that wait are not in it, nor what follows from the rest.
type document struct {
	ID           string     `json:"id"`
	ClientID     string     `json:"clientId"`
	ClientName   string     `json:"clientName"`
	Subject      string     `json:"subject"`
	Status       string     `json:"status"`
	Priority     string     `json:"priority"`
	OpenedAt     moment     `json:"openedAt"`
	UpdatedAt    moment     `json:"updatedAt"`
	ClosedAt     *moment    `json:"closedAt,omitempty"`
	Version      int        `json:"version"` // also the sequence of the last event; the next one goes on from it
	OpenedWith   *once      `json:"openedWith,omitempty"`
	Conversation []*message `json:"conversation"`
}

type message struct {
	ID       string `json:"id"`
	Author   author `json:"author"`
	Message  string `json:"message"`
	SentAt   moment `json:"sentAt"`
	SentWith *once  `json:"sentWith,omitempty"`
}

type author struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role"`
}

// once is an idempotency key with the hash of its body.
type once struct {
	Key  string `json:"key"`
	Hash string `json:"hash"`
}

func documentOf(t ticket.Ticket) document {
	d := document{
		ID: t.ID, ClientID: t.ClientID, ClientName: t.ClientName, Subject: t.Subject, Status: string(t.Status), Priority: string(t.Priority),
		OpenedAt: moment(t.OpenedAt), UpdatedAt: moment(t.UpdatedAt), Version: t.Version, OpenedWith: onceOf(t.OpenedWith),
	}
	if !t.ClosedAt.IsZero() {
		closed := moment(t.ClosedAt)
		d.ClosedAt = &closed
	}
	for _, m := range t.Conversation {
		d.Conversation = append(d.Conversation, &message{
			ID: m.ID, Author: author{m.Author.ID, m.Author.Name, string(m.Author.Role)}, Message: m.Text,
			SentAt: moment(m.SentAt), SentWith: onceOf(m.SentWith),
		})
	}
	return d
}

// ticket is the document's, once check has found nothing wrong.
func (d document) ticket() ticket.Ticket {
	t := ticket.Ticket{OpenedWith: d.OpenedWith.idempotency(), Summary: ticket.Summary{
		ID: d.ID, ClientID: d.ClientID, ClientName: d.ClientName, Subject: d.Subject, Status: ticket.Status(d.Status), Priority: ticket.Priority(d.Priority),
		OpenedAt: time.Time(d.OpenedAt), UpdatedAt: time.Time(d.UpdatedAt), Version: d.Version, MessageCount: len(d.Conversation),
	}}
	if d.ClosedAt != nil {
		t.ClosedAt = time.Time(*d.ClosedAt)
	}
	for i, m := range d.Conversation {
		t.Size += len(m.Message)
		t.LastMessageAt, t.LastMessageBy = time.Time(m.SentAt), ticket.Role(m.Author.Role)
		t.Conversation = append(t.Conversation, ticket.Message{
			ID: m.ID, Seq: i + 1, Author: ticket.Actor{ID: m.Author.ID, Name: m.Author.Name, Role: ticket.Role(m.Author.Role)},
			Text: m.Message, SentAt: time.Time(m.SentAt), SentWith: m.SentWith.idempotency(),
		})
	}
	return t
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

// moment is a time as the contract writes it.
type moment time.Time

// MarshalText implements encoding.TextMarshaler.
func (m moment) MarshalText() ([]byte, error) { return []byte(events.Time(time.Time(m))), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *moment) UnmarshalText(text []byte) error {
	at, err := time.Parse(events.TimeLayout, string(text))
	*m = moment(at)
	return err
}
