package wire

import (
	"slices"
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
		Version: s.Version, Number: s.Number,
	}
}

// SummaryFor is the ticket as the role sees it.
func SummaryFor(r ticket.Role, s ticket.Summary) any {
	if r.Answers() {
		return DeskSummaryOf(s)
	}
	return SummaryOf(s)
}

// WholeFor is the ticket with its conversation as the role sees it.
func WholeFor(r ticket.Role, t ticket.Ticket) any {
	if r.Answers() {
		return events.WholeDeskTicket{WholeTicket: WholeOf(t), Desk: deskOf(t.Summary)}
	}
	return WholeOf(t)
}

// DeskSummaryOf is the ticket as agents see it.
func DeskSummaryOf(s ticket.Summary) events.DeskTicket {
	return events.DeskTicket{Ticket: SummaryOf(s), Desk: deskOf(s)}
}

func deskOf(s ticket.Summary) events.Desk {
	return events.Desk{
		Tags: append([]string{}, s.Tags...), SnoozedUntil: timeOrNull(s.SnoozedUntil),
		WaitingSince: timeOrNull(s.WaitingSince), FirstRepliedAt: timeOrNull(s.FirstRepliedAt),
	}
}

// Public are those of the changed members that everybody sees.
func Public(changed []string) (public []string) {
	for _, name := range changed {
		if slices.Contains([]string{"subject", "status", "priority"}, name) {
			public = append(public, name)
		}
	}
	return public
}

// WholeOf is the ticket with its conversation.
func WholeOf(t ticket.Ticket) events.WholeTicket {
	whole := events.WholeTicket{Ticket: SummaryOf(t.Summary), Conversation: make([]events.ConversationMessage, len(t.Conversation))}
	for i, m := range t.Conversation {
		whole.Conversation[i] = MessageOf(m)
	}
	return whole
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
	line := Line{DeskTicket: DeskSummaryOf(t.Summary), OpenedWith: onceOf(t.OpenedWith), Conversation: make([]Message, len(t.Conversation))}
	for i, m := range t.Conversation {
		line.Conversation[i] = Message{MessageOf(m), onceOf(m.SentWith)}
	}
	return line
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
