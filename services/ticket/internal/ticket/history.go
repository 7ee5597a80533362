package ticket

import (
	"slices"
	"time"
)

// MaxHistory is how many steps of a ticket's history are kept, the newest ones.
const MaxHistory = 500

// Step is one change in the history of a ticket. It has ids and no names, so that none must be erased from it, and nothing that
// anybody wrote in messages and notes.
type Step struct {
	Version int
	At      time.Time
	ActorID string
	Role    Role // of the actor; empty: nobody did it
	Verb    Verb
	Changed []string
	Detail  Detail
}

// Detail says more of some steps.
type Detail struct {
	From, To       string    // ids of assignees; empty: nobody
	Added, Removed []string  // tags
	Until          time.Time // what the ticket is put off to
}

// AddedSteps are those of changes that are not stored yet.
func (t Ticket) AddedSteps() (steps []Step) {
	for _, e := range t.Pending {
		steps = append(steps, Step{
			Version: e.Ticket.Version, At: e.At, ActorID: e.Actor.ID, Role: e.Actor.Role, Verb: e.Verb, Changed: e.Changed, Detail: e.Detail,
		})
	}
	return steps
}

// detail compares what agents have set before and after.
func detail(before, after Summary) (d Detail) {
	if before.AssigneeID != after.AssigneeID {
		d.From, d.To = before.AssigneeID, after.AssigneeID
	}
	d.Added, d.Removed = without(after.Tags, before.Tags), without(before.Tags, after.Tags)
	if !before.SnoozedUntil.Equal(after.SnoozedUntil) {
		d.Until = after.SnoozedUntil
	}
	return d
}

// without are the tags that the others do not have; nil for none.
func without(tags, others []string) (left []string) {
	for _, tag := range tags {
		if !slices.Contains(others, tag) {
			left = append(left, tag)
		}
	}
	return left
}

// NamesIn are the ids whose names the history needs, each once.
func (t Ticket) NamesIn() (ids []string) {
	for _, s := range t.History {
		ids = append(ids, s.ActorID, s.Detail.From, s.Detail.To)
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
}
