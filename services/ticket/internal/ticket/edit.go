package ticket

import (
	"time"

	"crm.example/pkg/problem"
)

// Edit is what one PUT asks for; nil leaves things as they are.
type Edit struct {
	Message  *string // a reply
	Subject  *string
	Priority *Priority
	Key      string // of idempotency, for edits with a message; empty: none
}

// idempotency of an edit without a message is zero: setting a subject twice is setting it once.
func (e Edit) idempotency() Idempotency {
	if e.Message == nil {
		return Idempotency{}
	}
	return keyed(e.Key, e.Message, e.Subject, (*string)(e.Priority))
}

// Edit makes all of the edit one change, or none of it. A reply to a ticket that was closed longer
// ago than the window is ticket-locked, one that does not fit is conversation-full. Subject and
// priority may change in every status, and only a reply reopens. Values as they are change nothing.
func (t *Ticket) Edit(s Stamp, e Edit, window time.Duration) error {
	before, verb := t.Summary, VerbUpdated
	var reply *Message
	if e.Message != nil {
		if err := t.takes(*e.Message, s.At, window); err != nil {
			return err
		}
		reply, verb = t.reply(s, e)
	}
	if e.Subject != nil {
		t.Subject = *e.Subject
	}
	if e.Priority != nil {
		t.Priority = *e.Priority
	}
	if reply != nil || t.Summary != before {
		t.record(s, verb, before, reply)
	}
	return nil
}

// takes tells whether the ticket has room for a reply, in time and in size.
func (t *Ticket) takes(text string, at time.Time, window time.Duration) error {
	if t.Status == Closed && at.Sub(t.ClosedAt) > window {
		return problem.New(problem.TicketLocked, "This ticket was closed too long ago to be reopened; open a new one")
	}
	if t.MessageCount >= MaxMessages || t.Size+len(text) > MaxSize {
		return problem.New(problem.ConversationFull, "This conversation has no room for the message; open a new ticket")
	}
	return nil
}

func (t *Ticket) reply(s Stamp, e Edit) (*Message, Verb) {
	verb := VerbReplied
	if t.Status == Closed {
		verb, t.ClosedAt = VerbReopened, time.Time{}
	}
	t.Status = t.Status.After(replyOf(s.Actor.Role))
	return t.say(s, *e.Message, e.idempotency()), verb
}
