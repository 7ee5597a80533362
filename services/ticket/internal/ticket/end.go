package ticket

// Close closes the ticket. Closing a closed one changes nothing, however long ago it was closed.
func (t *Ticket) Close(s Stamp) error {
	next, err := t.next(s, 0, ToClose)
	if err != nil || next.verb == "" {
		return err
	}
	before := t.Summary
	t.enter(next.to, s.At)
	t.record(s, next.verb, before, nil)
	return nil
}

// Delete makes the ticket a tombstone, whatever its status, as an erasure needs it: ids, version and times stay until its last event is out,
// what people wrote and the key they wrote it with go at once.
func (t *Ticket) Delete(s Stamp) {
	t.Summary = Summary{
		ID: t.ID, ClientID: t.ClientID, OpenedAt: t.OpenedAt, Version: t.Version,
	}
	t.Size, t.OpenedWith, t.Conversation = 0, Idempotency{}, nil
	t.DeletedAt = s.At
	t.record(Stamp{Actor: Actor{ID: s.Actor.ID}, At: s.At, EventID: s.EventID}, VerbDeleted, t.Summary, nil)
}
