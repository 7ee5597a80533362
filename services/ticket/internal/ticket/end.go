package ticket

// Close closes the ticket. Closing a closed one changes nothing.
func (t *Ticket) Close(s Stamp) {
	if t.Status == Closed {
		return
	}
	before := t.Summary
	t.Status, t.ClosedAt = t.Status.After(Closes), s.At
	t.record(s, VerbClosed, before, nil)
}

// Delete makes the ticket a tombstone: ids, version and times stay until its last event is out,
// what people wrote and the key they wrote it with go at once.
func (t *Ticket) Delete(s Stamp) {
	t.Summary = Summary{
		ID: t.ID, ClientID: t.ClientID, OpenedAt: t.OpenedAt, Version: t.Version,
	}
	t.Size, t.OpenedWith, t.Conversation = 0, Idempotency{}, nil
	t.DeletedAt = s.At
	t.record(Stamp{Actor: Actor{ID: s.Actor.ID}, At: s.At, EventID: s.EventID}, VerbDeleted, t.Summary, nil)
}
