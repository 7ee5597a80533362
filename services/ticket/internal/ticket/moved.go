package ticket

import (
	"slices"

	"crm.example/pkg/problem"
)

// Moved is why an edit is not made whose author has not seen all that somebody else has written.
type Moved struct{ Missed []Message }

func (m *Moved) Error() string { return "somebody else has written meanwhile" }

// errUnseen says that there are messages that the author of an edit has not seen, be they their own.
var errUnseen = &Moved{}

// upTo checks what the author of an edit has seen, inside the change; nil: they do not say.
func (t *Ticket) upTo(lastSeq *int) error {
	switch {
	case lastSeq == nil || *lastSeq == t.MessageCount:
		return nil
	case *lastSeq > t.MessageCount:
		return problem.NewInvalid(problem.Field{Pointer: "/lastSeq", Code: problem.Invalid, Message: "Must be the seq of a message of this ticket"})
	}
	return errUnseen
}

// missed are the messages of others after one, in a ticket that is whole.
func (t Ticket) missed(lastSeq int, by Actor) (missed []Message) {
	for _, m := range t.Conversation[min(lastSeq, len(t.Conversation)):] {
		if m.Author.ID != by.ID {
			missed = append(missed, m)
		}
	}
	return slices.Clip(missed)
}
