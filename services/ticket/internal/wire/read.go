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
		OpenedAt: Time(l.OpenedAt), UpdatedAt: Time(l.UpdatedAt), Version: l.Version, Number: l.Number, FollowUpOf: l.FollowUpOf,
	}}
	t.ClosedAt = timeIn(l.ClosedAt)
	for _, m := range l.Conversation {
		t.Conversation = append(t.Conversation, ticket.Message{
			ID: m.ID, Author: actorIn(m.Author),
			Text: m.Message, SentAt: Time(m.SentAt), SentWith: m.SentWith.idempotency(),
		})
	}
	if r := l.Rating; r != nil {
		t.RatingScore, t.RatingComment, t.RatedAt = r.Score, r.Comment, Time(r.RatedAt)
	}
	for _, n := range l.Notes {
		t.Notes = append(t.Notes, ticket.Note{
			ID: n.ID, Author: actorIn(n.Author), Text: n.Message, SentAt: Time(n.SentAt), AfterSeq: n.AfterSeq, SentWith: n.SentWith.idempotency(),
		})
	}
	for _, s := range l.History {
		t.History = append(t.History, stepIn(s))
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
	if l.Assignee != nil {
		t.AssigneeID, t.AssigneeName = l.Assignee.ID, l.Assignee.Name
	}
	t.SnoozedUntil, t.WaitingSince, t.FirstRepliedAt = timeIn(l.SnoozedUntil), timeIn(l.WaitingSince), timeIn(l.FirstRepliedAt)
}

func actorIn(a events.Actor) ticket.Actor {
	return ticket.Actor{ID: a.ID, Name: a.Name, Role: ticket.Role(a.Role)}
}

func stepIn(s events.Step) ticket.Step {
	step := ticket.Step{Version: s.Version, At: Time(s.At), ActorID: s.Actor.ID, Role: ticket.Role(s.Actor.Role), Verb: ticket.Verb(s.Verb)}
	if len(s.Changed) > 0 {
		step.Changed = s.Changed
	}
	if d := s.Detail; d != nil {
		step.Detail = ticket.Detail{Added: d.Added, Removed: d.Removed, Until: timeIn(d.Until)}
		if d.From != nil {
			step.Detail.From = d.From.ID
		}
		if d.To != nil {
			step.Detail.To = d.To.ID
		}
	}
	return step
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
