package sqlitestore

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
)

// ticketDocument is a row of tickets. Every member is always written: null in a patch takes a value away.
type ticketDocument struct {
	ID            string      `json:"id"`
	ClientID      string      `json:"clientId"`
	ClientName    string      `json:"clientName"`
	Subject       string      `json:"subject"`
	Status        string      `json:"status"`
	Priority      string      `json:"priority"`
	MessageCount  int         `json:"messageCount"`
	LastMessageAt moment      `json:"lastMessageAt"`
	LastMessageBy string      `json:"lastMessageBy"`
	OpenedAt      moment      `json:"openedAt"`
	UpdatedAt     moment      `json:"updatedAt"`
	ClosedAt      moment      `json:"closedAt"`
	DeletedAt     moment      `json:"deletedAt"`
	Version       int         `json:"version"`
	Size          int         `json:"size"`
	OpenedWith    *onceMember `json:"openedWith"`
}

// tombstone is all that stays of a deleted ticket.
type tombstone struct {
	ID        string `json:"id"`
	ClientID  string `json:"clientId"`
	Version   int    `json:"version"`
	DeletedAt moment `json:"deletedAt"`
}

// messageDocument is a row of messages.
type messageDocument struct {
	ID       string       `json:"id"`
	Seq      int          `json:"seq"`
	Author   authorMember `json:"author"`
	Message  string       `json:"message"`
	SentAt   moment       `json:"sentAt"`
	SentWith *onceMember  `json:"sentWith,omitempty"`
}

type authorMember struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role"`
}

// onceMember is an idempotency key with the hash of its body; null where none was sent.
type onceMember struct {
	Key  string `json:"key"`
	Hash string `json:"hash"`
}

func encodeTicket(t ticket.Ticket) (string, error) {
	if !t.DeletedAt.IsZero() {
		return encode(tombstone{ID: t.ID, ClientID: t.ClientID, Version: t.Version, DeletedAt: moment(t.DeletedAt)})
	}
	return encode(ticketDocument{
		ID: t.ID, ClientID: t.ClientID, ClientName: t.ClientName, Subject: t.Subject,
		Status: string(t.Status), Priority: string(t.Priority), MessageCount: t.MessageCount,
		LastMessageAt: moment(t.LastMessageAt), LastMessageBy: string(t.LastMessageBy),
		OpenedAt: moment(t.OpenedAt), UpdatedAt: moment(t.UpdatedAt), ClosedAt: moment(t.ClosedAt),
		Version: t.Version, Size: t.Size, OpenedWith: onceOf(t.OpenedWith),
	})
}

func decodeTicket(raw []byte) (ticket.Ticket, error) {
	var d ticketDocument
	if err := json.Unmarshal(raw, &d); err != nil {
		return ticket.Ticket{}, fmt.Errorf("decode ticket: %w", err)
	}
	return ticket.Ticket{
		Summary: ticket.Summary{
			ID: d.ID, ClientID: d.ClientID, ClientName: d.ClientName, Subject: d.Subject,
			Status: ticket.Status(d.Status), Priority: ticket.Priority(d.Priority), MessageCount: d.MessageCount,
			LastMessageAt: time.Time(d.LastMessageAt), LastMessageBy: ticket.Role(d.LastMessageBy),
			OpenedAt: time.Time(d.OpenedAt), UpdatedAt: time.Time(d.UpdatedAt), ClosedAt: time.Time(d.ClosedAt),
			Version: d.Version,
		},
		Size: d.Size, OpenedWith: d.OpenedWith.idempotency(),
	}, nil
}

func encodeMessage(m ticket.Message) (string, error) {
	return encode(messageDocument{
		ID: m.ID, Seq: m.Seq, Author: authorMember{m.Author.ID, m.Author.Name, string(m.Author.Role)},
		Message: m.Text, SentAt: moment(m.SentAt), SentWith: onceOf(m.SentWith),
	})
}

func decodeMessage(raw []byte) (ticket.Message, error) {
	var d messageDocument
	if err := json.Unmarshal(raw, &d); err != nil {
		return ticket.Message{}, fmt.Errorf("decode message: %w", err)
	}
	author := ticket.Actor{ID: d.Author.ID, Name: d.Author.Name, Role: ticket.Role(d.Author.Role)}
	return ticket.Message{
		ID: d.ID, Seq: d.Seq, Author: author, Text: d.Message, SentAt: time.Time(d.SentAt), SentWith: d.SentWith.idempotency(),
	}, nil
}

// encode gives text, since SQLite takes bytes for its own binary JSON.
func encode(document any) (string, error) {
	raw, err := json.Marshal(document)
	if err != nil {
		return "", fmt.Errorf("encode document: %w", err)
	}
	return string(raw), nil
}

func onceOf(i ticket.Idempotency) *onceMember {
	if i.Key == "" {
		return nil
	}
	return &onceMember{Key: i.Key, Hash: i.Hash}
}

func (m *onceMember) idempotency() ticket.Idempotency {
	if m == nil {
		return ticket.Idempotency{}
	}
	return ticket.Idempotency{Key: m.Key, Hash: m.Hash}
}

// moment is a time as people read it in the file; the zero time is null.
type moment time.Time

func (m moment) String() string { return events.Time(time.Time(m)) }

// MarshalJSON writes RFC 3339 in UTC with milliseconds.
func (m moment) MarshalJSON() ([]byte, error) {
	if time.Time(m).IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + m.String() + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (m *moment) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, strings.Trim(string(raw), `"`)) // the one layout that is parsed fast
	*m = moment(at)
	return err
}
