package archive_test

import (
	"strings"
	"testing"
	"time"

	"crm.example/pkg/membertest"
	"crm.example/services/ticket/internal/archive"
	"crm.example/services/ticket/internal/ticket"
)

// elsewhere are the members of a ticket that a file does not hold.
var elsewhere = membertest.Elsewhere{
	"Pending":   "events that wait are the other service's to publish",
	"DeletedAt": "deleted tickets are not exported",
}

// Every member that a ticket has is in a file and comes out of it again.
func TestEveryMember(t *testing.T) {
	t.Parallel()
	want := filledTicket()
	to := inSQLite(t)
	if _, err := archive.Import(t.Context(), to, strings.NewReader(export(t, filled(t, want)))); err != nil {
		t.Fatal(err)
	}
	imported, err := to.Find(t.Context(), ticket.Scope{}, want.ID)
	if err != nil {
		t.Fatal(err)
	}
	membertest.Same(t, "imported", imported, want, elsewhere)
}

// filledTicket has every member set, as the service could have written it.
func filledTicket() (t ticket.Ticket) {
	membertest.Fill(&t, 1)
	t.ID, t.ClientID, t.Status, t.Priority = newID(), newID(), ticket.Closed, ticket.Urgent
	t.DeletedAt, t.Pending, t.Size = time.Time{}, nil, 0
	for i := range t.Conversation {
		m := &t.Conversation[i]
		m.ID, m.Seq, m.Author.ID, m.Author.Role = newID(), i+1, newID(), ticket.Agent
		t.Size += len(m.Text)
		t.MessageCount, t.LastMessageAt, t.LastMessageBy = m.Seq, m.SentAt, m.Author.Role
	}
	t.NoteSize, t.RatingScore, t.FollowUpOf, t.AssigneeID = 0, 4, newID(), newID()
	for i := range t.Notes {
		n := &t.Notes[i]
		n.ID, n.Seq, n.Author.ID, n.Author.Role = newID(), i+1, newID(), ticket.Agent
		t.NoteSize += len(n.Text)
		t.NoteCount = n.Seq
	}
	for i := range t.History {
		s := &t.History[i]
		s.ActorID, s.Role, s.Detail.From, s.Detail.To = newID(), ticket.Agent, newID(), newID()
	}
	return t
}
