package httpapi

import (
	"time"

	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
)

// ticketSummary is the schema TicketSummary of the contract.
type ticketSummary struct {
	ID            string  `json:"id"`
	ClientID      string  `json:"clientId"`
	ClientName    string  `json:"clientName"`
	Subject       string  `json:"subject"`
	Status        string  `json:"status"`
	Priority      string  `json:"priority"`
	MessageCount  int     `json:"messageCount"`
	LastMessageAt string  `json:"lastMessageAt"`
	LastMessageBy string  `json:"lastMessageBy"`
	OpenedAt      string  `json:"openedAt"`
	UpdatedAt     string  `json:"updatedAt"`
	ClosedAt      *string `json:"closedAt"`
	Version       int     `json:"version"`
}

type wholeTicket struct {
	ticketSummary
	Conversation []message `json:"conversation"`
}

type message struct {
	ID      string `json:"id"`
	Seq     int    `json:"seq"`
	Author  author `json:"author"`
	Message string `json:"message"`
	SentAt  string `json:"sentAt"`
}

type author struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role"`
}

func summaryOf(s ticket.Summary) ticketSummary {
	return ticketSummary{
		ID: s.ID, ClientID: s.ClientID, ClientName: s.ClientName, Subject: s.Subject,
		Status: string(s.Status), Priority: string(s.Priority), MessageCount: s.MessageCount,
		LastMessageAt: events.Time(s.LastMessageAt), LastMessageBy: string(s.LastMessageBy),
		OpenedAt: events.Time(s.OpenedAt), UpdatedAt: events.Time(s.UpdatedAt), ClosedAt: timeOrNull(s.ClosedAt),
		Version: s.Version,
	}
}

func ticketOf(t ticket.Ticket) wholeTicket {
	whole := wholeTicket{ticketSummary: summaryOf(t.Summary), Conversation: make([]message, len(t.Conversation))}
	for i, m := range t.Conversation {
		whole.Conversation[i] = message{
			ID: m.ID, Seq: m.Seq, Author: author{m.Author.ID, m.Author.Name, string(m.Author.Role)},
			Message: m.Text, SentAt: events.Time(m.SentAt),
		}
	}
	return whole
}

func timeOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := events.Time(t)
	return &text
}
