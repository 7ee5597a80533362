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

// Delete makes the ticket a tombstone in any status, since an erasure needs that. Ids, version and times stay until its last event is
// published. Texts and idempotency keys are removed at once.
func (t *Ticket) Delete(s Stamp) {
	t.Summary = Summary{
		ID: t.ID, ClientID: t.ClientID, OpenedAt: t.OpenedAt, Version: t.Version,
	}
	t.Size, t.NoteSize, t.OpenedWith = 0, 0, Idempotency{}
	t.Conversation, t.Notes, t.History = nil, nil, nil
	t.DeletedAt = s.At
	t.record(Stamp{Actor: Actor{ID: s.Actor.ID}, At: s.At, EventID: s.EventID}, VerbDeleted, t.Summary, nil)
}
