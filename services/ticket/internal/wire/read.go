package wire

import (
	"time"

	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
)

// Restored is the ticket of the line. A time that cannot be read is zero.
func (l Line) Restored() ticket.Ticket {
	t := ticket.Ticket{OpenedWith: l.OpenedWith.idempotency(), Summary: ticket.Summary{
		ID: l.ID, ClientID: l.ClientID, ClientName: l.ClientName, Subject: l.Subject, Status: ticket.Status(l.Status), Priority: ticket.Priority(l.Priority),
		OpenedAt: Time(l.OpenedAt), UpdatedAt: Time(l.UpdatedAt), Version: l.Version, Number: l.Number,
	}}
	t.ClosedAt = timeIn(l.ClosedAt)
	for _, m := range l.Conversation {
		t.Conversation = append(t.Conversation, ticket.Message{
			ID: m.ID, Author: ticket.Actor{ID: m.Author.ID, Name: m.Author.Name, Role: ticket.Role(m.Author.Role)},
			Text: m.Message, SentAt: Time(m.SentAt), SentWith: m.SentWith.idempotency(),
		})
	}
	t.Recount()
	if l.Tags != nil { // a line of an earlier version says nothing of the desk
		l.restoreDesk(&t)
	}
	return t
}

func (l Line) restoreDesk(t *ticket.Ticket) {
	if len(l.Tags) > 0 {
		t.Tags = l.Tags
	}
	t.SnoozedUntil, t.WaitingSince, t.FirstRepliedAt = timeIn(l.SnoozedUntil), timeIn(l.WaitingSince), timeIn(l.FirstRepliedAt)
}

func timeIn(text *string) time.Time {
	if text == nil {
		return time.Time{}
	}
	return Time(*text)
}

// Time reads a time of the contract; a text that is not a time is zero.
func Time(text string) time.Time {
	at, err := time.Parse(events.TimeLayout, text)
	if err != nil {
		return time.Time{}
	}
	return at
}

func (o *Once) idempotency() ticket.Idempotency {
	if o == nil {
		return ticket.Idempotency{}
	}
	return ticket.Idempotency{Key: o.Key, Hash: o.Hash}
}
