// Package events is the event contract: CloudEvents 1.0 envelopes, subjects, streams and payloads.
// It imports only the standard library and knows no broker.
package events

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The JetStream streams and the subjects of each one.
const (
	TicketStream   = "CRM_TICKETS"
	TicketSubjects = "crm.ticket.>"
	UserStream     = "CRM_USERS"
	UserSubjects   = "crm.user.>"
)

// AtDesk stands in a subject where the client's id would be: crm.ticket.<verb>.desk.<ticketId>. It is no client's id, so that
// whoever reads one client's events gets none of those that are for agents.
const AtDesk = "desk"

// TimeLayout is how every time is written, in UTC: RFC 3339 with milliseconds.
const TimeLayout = "2006-01-02T15:04:05.000Z"

// Message is an event ready for the broker. A store keeps it in its outbox, with the change that it announces.
type Message struct {
	ID       string // the CloudEvents id, a UUIDv7; the broker recognises repeats by it too
	Document string // id of the ticket or user it is about: messages of one document keep their order
	Subject  string // the broker's subject, such as crm.ticket.replied.<clientId>.<ticketId>
	Body     []byte // the envelope in structured JSON
}

// Envelope is a CloudEvents 1.0 event in structured JSON.
type Envelope struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            string          `json:"type"`
	Subject         string          `json:"subject"`
	Time            string          `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	Sequence        string          `json:"sequence"` // per document, without a gap; ten digits, so that text order is number order
	Data            json.RawMessage `json:"data"`
}

// Head has the members of an event besides its payload.
type Head struct {
	ID       string
	Verb     string // such as replied
	Sequence int
	At       time.Time
}

// NewTicketMessage wraps a payload about a ticket. It fails only on a payload that is not JSON.
func NewTicketMessage(h Head, clientID, ticketID string, data any) (Message, error) {
	return newMessage(h, "ticket", ticketID, strings.Join([]string{"crm.ticket", h.Verb, clientID, ticketID}, "."), data)
}

// NewUserMessage wraps a payload about a user. It fails only on a payload that is not JSON.
func NewUserMessage(h Head, userID string, data any) (Message, error) {
	return newMessage(h, "user", userID, strings.Join([]string{"crm.user", h.Verb, userID}, "."), data)
}

func newMessage(h Head, resource, document, subject string, data any) (Message, error) {
	payload, err := json.Marshal(data)
	if err != nil {
		return Message{}, fmt.Errorf("encode payload of %s %s: %w", resource, h.Verb, err)
	}
	body, err := json.Marshal(Envelope{
		SpecVersion: "1.0", ID: h.ID, Source: "/crm/" + resource, Type: fmt.Sprintf("crm.%s.%s.v1", resource, h.Verb),
		Subject: document, Time: Time(h.At), DataContentType: "application/json",
		Sequence: fmt.Sprintf("%010d", h.Sequence), Data: payload,
	})
	if err != nil {
		return Message{}, fmt.Errorf("encode envelope of %s %s: %w", resource, h.Verb, err)
	}
	return Message{ID: h.ID, Document: document, Subject: subject, Body: body}, nil
}

// Time writes a time in the form of the contract.
func Time(t time.Time) string { return t.UTC().Format(TimeLayout) }
