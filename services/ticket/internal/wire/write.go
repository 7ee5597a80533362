package wire

import (
	"time"

	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
)

// SummaryOf is the ticket without its conversation.
func SummaryOf(s ticket.Summary) events.Ticket {
	return events.Ticket{
		ID: s.ID, ClientID: s.ClientID, ClientName: s.ClientName, Subject: s.Subject,
		Status: string(s.Status), Priority: string(s.Priority), MessageCount: s.MessageCount,
		LastMessageAt: events.Time(s.LastMessageAt), LastMessageBy: string(s.LastMessageBy),
		OpenedAt: events.Time(s.OpenedAt), UpdatedAt: events.Time(s.UpdatedAt), ClosedAt: timeOrNull(s.ClosedAt),
		Version: s.Version, Number: s.Number, FollowUpOf: s.FollowUpOf, Rating: ratingOf(s),
	}
}

// WholeOf is the ticket with its conversation.
func WholeOf(t ticket.Ticket, allowed []ticket.Action) events.WholeTicket {
	return events.WholeTicket{
		Ticket: SummaryOf(t.Summary), Conversation: each(t.Conversation, MessageOf),
		AllowedActions: each(allowed, func(a ticket.Action) string { return string(a) }),
	}
}

// each converts a list; an empty one is no null.
func each[From, To any](all []From, convert func(From) To) []To {
	converted := make([]To, len(all))
	for i, one := range all {
		converted[i] = convert(one)
	}
	return converted
}

func ratingOf(s ticket.Summary) *events.Rating {
	if s.RatingScore == 0 {
		return nil
	}
	return &events.Rating{Score: s.RatingScore, Comment: s.RatingComment, RatedAt: events.Time(s.RatedAt)}
}

// MessageOf is one message of a conversation.
func MessageOf(m ticket.Message) events.ConversationMessage {
	return events.ConversationMessage{ID: m.ID, Seq: m.Seq, Author: ActorOf(m.Author), Message: m.Text, SentAt: events.Time(m.SentAt)}
}

// ActorOf is who did something.
func ActorOf(a ticket.Actor) events.Actor {
	return events.Actor{ID: a.ID, Name: a.Name, Role: string(a.Role)}
}

// LineOf is the ticket for the archive.
func LineOf(t ticket.Ticket) Line {
	return Line{
		DeskTicket: DeskSummaryOf(t.Summary), OpenedWith: onceOf(t.OpenedWith),
		Conversation: each(t.Conversation, func(m ticket.Message) Message { return Message{MessageOf(m), onceOf(m.SentWith)} }),
		Notes:        each(t.Notes, func(n ticket.Note) Note { return Note{NoteOf(n), onceOf(n.SentWith)} }),
		History:      each(t.History, func(s ticket.Step) events.Step { return stepOf(s, nil) }),
	}
}

func onceOf(i ticket.Idempotency) *Once {
	if i.Key == "" {
		return nil
	}
	return &Once{Key: i.Key, Hash: i.Hash}
}

func timeOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := events.Time(t)
	return &text
}
