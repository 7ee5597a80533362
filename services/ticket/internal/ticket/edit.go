package ticket

import (
	"time"

	"crm.example/pkg/problem"
)

// Edit has the changes of one PUT; nil changes nothing.
type Edit struct {
	Message  *string // a reply
	Subject  *string
	Priority *Priority
	Key      string // of idempotency, for edits with a message; empty: none
	LastSeq  *int   // the newest message that its author has seen; nil: they do not say
	Of       Versions
}

// idempotency of an edit without a message is zero: to set a subject twice changes no more than once.
func (e Edit) idempotency() Idempotency {
	if e.Message == nil {
		return Idempotency{}
	}
	return keyed(e.Key, e.Message, e.Subject, (*string)(e.Priority))
}

// actions of the edit. A reply comes last, since the event is named after it.
func (e Edit) actions() (do []Action) {
	if e.Subject != nil || e.Priority != nil || e.Message == nil {
		do = append(do, ToEdit)
	}
	if e.Message != nil {
		do = append(do, ToReply)
	}
	return do
}

// Edit makes all of the edit one change, or none of it, as the table has it. A reply to a ticket that was closed longer
// ago than the window is ticket-locked, one that does not fit is conversation-full. Values as they are change nothing.
func (t *Ticket) Edit(s Stamp, e Edit, window time.Duration) error {
	next, err := t.next(s, window, e.actions()...)
	if err != nil {
		return err
	}
	before := t.Summary
	var reply *Message
	if e.Message != nil {
		if t.MessageCount >= MaxMessages || t.Size+len(*e.Message) > MaxSize {
			return problem.New(problem.ConversationFull, "This conversation has no room for the message; open a new ticket")
		}
		reply = t.say(s, *e.Message, e.idempotency())
	}
	t.enter(next.to, s.At)
	if e.Subject != nil {
		t.Subject = *e.Subject
	}
	if e.Priority != nil {
		t.Priority = *e.Priority
	}
	if reply != nil || len(changes(before, t.Summary)) > 0 {
		t.record(s, next.verb, before, reply)
	}
	return nil
}
