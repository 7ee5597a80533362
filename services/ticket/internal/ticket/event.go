package ticket

import (
	"slices"
	"time"
)

// Verb names what happened to a ticket.
type Verb string

// The verbs. One change is one event. Its verb names the most important part: a reply that reopens
// is VerbReopened, any other reply VerbReplied, whatever else changes. Event.Changed names the rest.
const (
	VerbCreated  Verb = "created"
	VerbReplied  Verb = "replied"
	VerbUpdated  Verb = "updated"
	VerbClosed   Verb = "closed"
	VerbReopened Verb = "reopened"
	VerbDeleted  Verb = "deleted"
	VerbRated    Verb = "rated"

	// Of these, only agents hear.
	VerbNoted    Verb = "noted"
	VerbAssigned Verb = "assigned"
	VerbTagged   Verb = "tagged"
	VerbSnoozed  Verb = "snoozed"
)

// ForDesk tells whether only agents may see it.
func (v Verb) ForDesk() bool {
	return v == VerbNoted || v == VerbAssigned || v == VerbTagged || v == VerbSnoozed
}

// Event is one change of a ticket, to be published.
type Event struct {
	ID      string
	Verb    Verb
	At      time.Time
	Actor   Actor
	Ticket  Summary  // after the change; its Version is the event's sequence
	Message *Message // what the change added to the conversation, if anything
	Note    *Note    // or to the notes
	Changed []string // which of the ticket's members that somebody sets have another value now
	Detail  Detail   // for the history
}

// record makes what was done to t since before one change: a new version with its event.
func (t *Ticket) record(s Stamp, verb Verb, before Summary, m *Message) {
	t.Version++
	t.UpdatedAt = s.At
	t.Pending = append(t.Pending, Event{
		ID: s.EventID, Verb: verb, At: s.At, Actor: s.Actor, Ticket: t.Summary, Message: m, Changed: changes(before, t.Summary),
		Detail: detail(before, t.Summary),
	})
}

// Added are the messages of changes that are not stored yet.
func (t Ticket) Added() (messages []Message) {
	for _, e := range t.Pending {
		if e.Message != nil {
			messages = append(messages, *e.Message)
		}
	}
	return messages
}

func changes(before, after Summary) []string {
	var names []string
	for _, field := range [...]struct {
		name    string
		changed bool
	}{
		{"subject", before.Subject != after.Subject},
		{"status", before.Status != after.Status},
		{"priority", before.Priority != after.Priority},
		{"rating", before.RatingScore != after.RatingScore || before.RatingComment != after.RatingComment},
		{"assignee", before.AssigneeID != after.AssigneeID},
		{"tags", !slices.Equal(before.Tags, after.Tags)},
		{"snoozedUntil", !before.SnoozedUntil.Equal(after.SnoozedUntil)},
	} {
		if field.changed {
			names = append(names, field.name)
		}
	}
	return names
}
