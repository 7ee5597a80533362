// Package announce turns what happened to a ticket into the event that the contract promises. Stores
// call it while they write a change, so that both are one write; it knows neither stores nor NATS.
package announce

import (
	"time"

	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
)

// Message is the event as consumers get it. The ticket's version is its sequence.
func Message(e ticket.Event) (events.Message, error) {
	head := events.Head{ID: e.ID, Verb: string(e.Verb), Sequence: e.Ticket.Version, At: e.At}
	return events.NewTicketMessage(head, e.Ticket.ClientID, e.Ticket.ID, dataOf(e))
}

func dataOf(e ticket.Event) any {
	if e.Verb == ticket.VerbDeleted {
		return events.TicketDeletedData{
			Actor:  events.Actor{ID: e.Actor.ID},
			Ticket: events.TicketRef{ID: e.Ticket.ID, ClientID: e.Ticket.ClientID},
		}
	}
	data := events.TicketData{Actor: actorOf(e.Actor), Ticket: ticketOf(e.Ticket), Changed: e.Changed}
	if m := e.Message; m != nil {
		data.Message = &events.ConversationMessage{
			ID: m.ID, Seq: m.Seq, Author: actorOf(m.Author), Message: m.Text, SentAt: events.Time(m.SentAt),
		}
	}
	return data
}

func actorOf(a ticket.Actor) events.Actor {
	return events.Actor{ID: a.ID, Name: a.Name, Role: string(a.Role)}
}

func ticketOf(s ticket.Summary) events.Ticket {
	return events.Ticket{
		ID: s.ID, ClientID: s.ClientID, ClientName: s.ClientName, Subject: s.Subject,
		Status: string(s.Status), Priority: string(s.Priority), MessageCount: s.MessageCount,
		LastMessageAt: events.Time(s.LastMessageAt), LastMessageBy: string(s.LastMessageBy),
		OpenedAt: events.Time(s.OpenedAt), UpdatedAt: events.Time(s.UpdatedAt), ClosedAt: timeOrNull(s.ClosedAt),
		Version: s.Version,
	}
}

func timeOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := events.Time(t)
	return &text
}
