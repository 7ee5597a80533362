package wire

import (
	"slices"

	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
)

// SummaryFor is the ticket as the role sees it.
func SummaryFor(r ticket.Role, s ticket.Summary) any {
	if r.Answers() {
		return DeskSummaryOf(s)
	}
	return SummaryOf(s)
}

// WholeFor is the ticket as the role sees it, with what it may do. names are those of the people in the history.
func WholeFor(r ticket.Role, t ticket.Ticket, allowed []ticket.Action, names map[string]string) any {
	if !r.Answers() {
		return WholeOf(t, allowed)
	}
	return events.WholeDeskTicket{
		WholeTicket: WholeOf(t, allowed), Desk: deskOf(t.Summary), Notes: each(t.Notes, NoteOf),
		History: each(t.History, func(s ticket.Step) events.Step { return stepOf(s, names) }),
	}
}

// DeskSummaryOf is the ticket as agents see it.
func DeskSummaryOf(s ticket.Summary) events.DeskTicket {
	return events.DeskTicket{Ticket: SummaryOf(s), Desk: deskOf(s)}
}

func deskOf(s ticket.Summary) events.Desk {
	desk := events.Desk{
		Tags: append([]string{}, s.Tags...), SnoozedUntil: timeOrNull(s.SnoozedUntil),
		WaitingSince: timeOrNull(s.WaitingSince), FirstRepliedAt: timeOrNull(s.FirstRepliedAt), NoteCount: s.NoteCount,
	}
	if s.AssigneeID != "" {
		desk.Assignee = &events.Person{ID: s.AssigneeID, Name: s.AssigneeName}
	}
	return desk
}

// NoteOf is one note.
func NoteOf(n ticket.Note) events.Note {
	return events.Note{ID: n.ID, Author: ActorOf(n.Author), Message: n.Text, SentAt: events.Time(n.SentAt), AfterSeq: n.AfterSeq}
}

func stepOf(s ticket.Step, names map[string]string) events.Step {
	return events.Step{
		Version: s.Version, At: events.Time(s.At), Actor: events.Actor{ID: s.ActorID, Name: nameIn(names, s.ActorID), Role: string(s.Role)},
		Verb: string(s.Verb), Changed: append([]string{}, s.Changed...), Detail: detailOf(s.Detail, names),
	}
}

func detailOf(d ticket.Detail, names map[string]string) *events.StepDetail {
	if d.From == "" && d.To == "" && len(d.Added)+len(d.Removed) == 0 && d.Until.IsZero() {
		return nil
	}
	return &events.StepDetail{From: personIn(names, d.From), To: personIn(names, d.To), Added: d.Added, Removed: d.Removed, Until: timeOrNull(d.Until)}
}

func personIn(names map[string]string, id string) *events.Person {
	if id == "" {
		return nil
	}
	return &events.Person{ID: id, Name: nameIn(names, id)}
}

// nameIn is what somebody is called. An archive keeps ids only and has no names.
func nameIn(names map[string]string, id string) string {
	if name := names[id]; name != "" || names == nil || id == "" {
		return name
	}
	return ticket.FormerAgent
}

// Public are those of the changed members that everybody sees.
func Public(changed []string) (public []string) {
	for _, name := range changed {
		if slices.Contains([]string{"subject", "status", "priority", "rating"}, name) {
			public = append(public, name)
		}
	}
	return public
}
