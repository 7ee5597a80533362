package ticket

import (
	"time"

	"crm.example/pkg/problem"
)

// Limits of a ticket's notes, apart from those of its conversation.
const (
	MaxNotes    = 500
	MaxNoteSize = 1 << 20 // bytes of text
)

// Note is what agents tell each other beside a conversation. It never changes.
type Note struct {
	ID       string
	Seq      int // place among the notes, from 1 on
	Author   Actor
	Text     string
	SentAt   time.Time
	AfterSeq int // the conversation's last message at that time
	SentWith Idempotency
}

// Note writes a note, in whatever status the ticket is.
func (t *Ticket) Note(s Stamp, text string, with Idempotency) error {
	next, err := t.next(s, 0, ToNote)
	if err != nil {
		return err
	}
	if t.NoteCount >= MaxNotes || t.NoteSize+len(text) > MaxNoteSize {
		return problem.New(problem.ConversationFull, "This ticket has no room for the note")
	}
	before := t.Summary
	n := &Note{ID: s.MessageID, Author: s.Actor, Text: text, SentAt: s.At, AfterSeq: t.MessageCount, SentWith: with}
	t.countNote(n)
	t.record(s, next.verb, before, nil)
	t.Pending[len(t.Pending)-1].Note = n
	return nil
}

func (t *Ticket) countNote(n *Note) {
	t.NoteCount++
	t.NoteSize += len(n.Text)
	n.Seq = t.NoteCount
}

// AddedNotes are those of changes that are not stored yet.
func (t Ticket) AddedNotes() (notes []Note) {
	for _, e := range t.Pending {
		if e.Note != nil {
			notes = append(notes, *e.Note)
		}
	}
	return notes
}
