package ticket

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"crm.example/pkg/problem"
)

// Limits of what agents keep beside a ticket.
const (
	MaxTags   = 10
	MaxSnooze = 366 * 24 * time.Hour
)

// Handling is what one PATCH of the desk asks for; nil leaves things as they are. Tags are added and removed one by one, since
// a list that replaces another would lose what somebody else has added meanwhile.
type Handling struct {
	Assignee     *Assignee
	AddTags      []string
	RemoveTags   []string   // goes first
	SnoozedUntil *time.Time // zero: no longer
	Of           Versions
}

// Assignee is whose ticket it is; the zero one is nobody.
type Assignee struct{ ID, Name string }

// actions that the handling is made of, the more telling ones last.
func (h Handling) actions() (do []Action) {
	if h.SnoozedUntil != nil {
		do = append(do, ToSnooze)
	}
	if h.AddTags != nil || h.RemoveTags != nil {
		do = append(do, ToTag)
	}
	if h.Assignee != nil {
		do = append(do, ToAssign)
	}
	return do
}

// Handle makes all of the handling one change, or none of it. Values as they are change nothing.
func (t *Ticket) Handle(s Stamp, h Handling) error {
	if _, err := t.next(s, 0, h.actions()...); err != nil {
		return err
	}
	before := t.Summary
	if h.Assignee != nil && h.Assignee.ID != t.AssigneeID {
		t.AssigneeID, t.AssigneeName = h.Assignee.ID, h.Assignee.Name
	}
	if err := errorsOf(t.tag(h), t.snooze(s, h)); err != nil {
		return err
	}
	if changed := changes(before, t.Summary); len(changed) > 0 {
		t.record(s, verbOf(changed), before, nil)
	}
	return nil
}

// verbOf is the most telling verb of what has changed.
func verbOf(changed []string) Verb {
	switch {
	case slices.Contains(changed, "assignee"):
		return VerbAssigned
	case slices.Contains(changed, "tags"):
		return VerbTagged
	}
	return VerbSnoozed
}

// tag leaves the list alone that the ticket had before, which its event has too.
func (t *Ticket) tag(h Handling) *problem.Field {
	gone := tagsOf(h.RemoveTags)
	tags := slices.DeleteFunc(slices.Clone(t.Tags), func(tag string) bool { return slices.Contains(gone, tag) })
	tags = append(tags, tagsOf(h.AddTags)...)
	slices.Sort(tags)
	if tags = slices.Compact(tags); len(tags) > MaxTags {
		return &problem.Field{Pointer: "/addTags", Code: problem.TooLong, Message: fmt.Sprintf("A ticket has at most %d tags", MaxTags), Params: map[string]any{"max": MaxTags}}
	}
	if t.Tags = tags; len(tags) == 0 {
		t.Tags = nil
	}
	return nil
}

// tagsOf are tags in the form in which they are kept.
func tagsOf(texts []string) []string {
	tags := make([]string, len(texts))
	for i, text := range texts {
		tags[i] = strings.ToLower(text)
	}
	return tags
}

func (t *Ticket) snooze(s Stamp, h Handling) *problem.Field {
	switch {
	case h.SnoozedUntil == nil:
	case h.SnoozedUntil.IsZero():
		t.SnoozedUntil = time.Time{}
	case !h.SnoozedUntil.After(s.At) || h.SnoozedUntil.Sub(s.At) > MaxSnooze:
		return &problem.Field{Pointer: "/snoozedUntil", Code: problem.Invalid, Message: "Must be a time within the next year"}
	default:
		t.SnoozedUntil = h.SnoozedUntil.UTC().Truncate(time.Millisecond)
	}
	return nil
}

// errorsOf is one problem of all fields that are wrong, nil if none is.
func errorsOf(fields ...*problem.Field) error {
	var wrong []problem.Field
	for _, field := range fields {
		if field != nil {
			wrong = append(wrong, *field)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return problem.NewInvalid(wrong...)
}
