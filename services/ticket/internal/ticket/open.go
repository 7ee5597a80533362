package ticket

import "time"

// Draft is what somebody says to open a ticket.
type Draft struct {
	Client   Actor // whose ticket it is; zero: of who opens it
	Subject  string
	Message  string
	Priority Priority // empty: Normal
	Key      string   // of idempotency; empty: none

	FollowUpOf string // a closed ticket of the client; empty: none
}

// Open makes a ticket of a draft. Its message is the first of the conversation.
func Open(s Stamp, id string, d Draft) Ticket {
	if d.Priority == "" {
		d.Priority = Normal
	}
	status := PendingClient
	if d.Client.ID == "" {
		d.Client, status = s.Actor, PendingAgent
	}
	t := Ticket{
		Summary: Summary{
			ID: id, ClientID: d.Client.ID, ClientName: d.Client.Name, Subject: d.Subject,
			Status: status, Priority: d.Priority, OpenedAt: s.At, FollowUpOf: d.FollowUpOf,
		},
		OpenedWith: d.idempotency(s.Actor),
	}
	first := t.say(s, d.Message, Idempotency{})
	t.record(s, VerbCreated, t.Summary, first)
	return t
}

// idempotency covers a follow-up only where there is one: the version before has hashed bodies without.
func (d Draft) idempotency(a Actor) Idempotency {
	values := []*string{&d.Subject, &d.Message, (*string)(&d.Priority)}
	if d.FollowUpOf != "" {
		values = append(values, &d.FollowUpOf)
	}
	return keyed(d.keyOf(a), values...)
}

// keyOf is the draft's key as the ticket keeps it. One that an agent chose is among the client's own keys, so it is made one
// that no client can send.
func (d Draft) keyOf(a Actor) string {
	if d.Key == "" || a.ID == d.Client.ID {
		return d.Key
	}
	return "agent:" + hashOf(&a.ID, &d.Key)
}

// say adds a message: it counts it in the ticket, and the pending event has the message itself.
func (t *Ticket) say(s Stamp, text string, with Idempotency) *Message {
	m := &Message{ID: s.MessageID, Author: s.Actor, Text: text, SentAt: s.At, SentWith: with}
	t.count(m)
	return m
}

// count gives a message its place, and changes the ticket's members that follow from the conversation.
func (t *Ticket) count(m *Message) {
	t.MessageCount++
	t.Size += len(m.Text)
	t.LastMessageAt, t.LastMessageBy = m.SentAt, m.Author.Role
	m.Seq = t.MessageCount
	t.await(m)
}

// await keeps how long the client waits. A client that writes ends a snooze: there is something new to be read.
func (t *Ticket) await(m *Message) {
	switch {
	case m.Author.Role == Client:
		t.SnoozedUntil = time.Time{}
		if t.WaitingSince.IsZero() {
			t.WaitingSince = m.SentAt
		}
		return
	case m.Seq > 1 && t.FirstRepliedAt.IsZero():
		t.FirstRepliedAt = m.SentAt
	}
	t.WaitingSince = time.Time{}
}

// Recount sets what follows from the conversation, from its messages alone.
func (t *Ticket) Recount() {
	snoozed := t.SnoozedUntil
	t.NoteCount, t.NoteSize = 0, 0
	for i := range t.Notes {
		t.countNote(&t.Notes[i])
	}
	t.MessageCount, t.Size, t.WaitingSince, t.FirstRepliedAt = 0, 0, time.Time{}, time.Time{}
	for i := range t.Conversation {
		t.count(&t.Conversation[i])
	}
	t.SnoozedUntil = snoozed
	if t.Status != PendingAgent {
		t.WaitingSince = time.Time{}
	}
}
