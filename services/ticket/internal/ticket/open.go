package ticket

// Draft is what a client says to open a ticket.
type Draft struct {
	Subject  string
	Message  string
	Priority Priority // empty: Normal
	Key      string   // of idempotency; empty: none
}

// Open makes a draft a ticket, with its message as the first of the conversation.
func Open(s Stamp, id string, d Draft) Ticket {
	if d.Priority == "" {
		d.Priority = Normal
	}
	t := Ticket{
		Summary: Summary{
			ID: id, ClientID: s.Actor.ID, ClientName: s.Actor.Name, Subject: d.Subject,
			Status: PendingAgent, Priority: d.Priority, OpenedAt: s.At,
		},
		OpenedWith: keyed(d.Key, &d.Subject, &d.Message, (*string)(&d.Priority)),
	}
	first := t.say(s, d.Message, Idempotency{})
	t.record(s, VerbCreated, t.Summary, first)
	return t
}

// say adds a message to the conversation's figures. The message itself travels in the event.
func (t *Ticket) say(s Stamp, text string, with Idempotency) *Message {
	t.MessageCount++
	t.Size += len(text)
	t.LastMessageAt, t.LastMessageBy = s.At, s.Actor.Role
	return &Message{ID: s.MessageID, Seq: t.MessageCount, Author: s.Actor, Text: text, SentAt: s.At, SentWith: with}
}
