package ticket_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

func TestHandle(t *testing.T) {
	t.Parallel()
	tomorrow := noon.Add(24 * time.Hour)
	for name, c := range map[string]struct {
		had     []string
		asked   ticket.Handling
		tags    []string
		verb    ticket.Verb // empty: nothing happens
		changed []string
	}{
		"first tags":        {nil, ticket.Handling{AddTags: []string{"fire", "Printer"}}, []string{"fire", "printer"}, ticket.VerbTagged, []string{"tags"}},
		"one more":          {[]string{"fire"}, ticket.Handling{AddTags: []string{"alarm"}}, []string{"alarm", "fire"}, ticket.VerbTagged, []string{"tags"}},
		"one that is there": {[]string{"fire"}, ticket.Handling{AddTags: []string{"FIRE"}}, []string{"fire"}, "", nil},
		"one less":          {[]string{"alarm", "fire"}, ticket.Handling{RemoveTags: []string{"Alarm"}}, []string{"fire"}, ticket.VerbTagged, []string{"tags"}},
		"the last one":      {[]string{"fire"}, ticket.Handling{RemoveTags: []string{"fire"}}, nil, ticket.VerbTagged, []string{"tags"}},
		"one that is not":   {[]string{"fire"}, ticket.Handling{RemoveTags: []string{"smoke"}}, []string{"fire"}, "", nil},
		"away and back":     {[]string{"fire"}, ticket.Handling{RemoveTags: []string{"fire"}, AddTags: []string{"fire"}}, []string{"fire"}, "", nil},
		"to somebody":       {nil, ticket.Handling{Assignee: &ticket.Assignee{ID: "agent-2", Name: "Agent Two"}}, nil, ticket.VerbAssigned, []string{"assignee"}},
		"to nobody":         {nil, ticket.Handling{Assignee: &ticket.Assignee{}}, nil, "", nil},
		"all of it":         {nil, ticket.Handling{Assignee: &ticket.Assignee{ID: "agent-2"}, AddTags: []string{"fire"}, SnoozedUntil: &tomorrow}, []string{"fire"}, ticket.VerbAssigned, []string{"assignee", "tags", "snoozedUntil"}},
		"put off":           {nil, ticket.Handling{SnoozedUntil: &tomorrow}, nil, ticket.VerbSnoozed, []string{"snoozedUntil"}},
		"not put off":       {nil, ticket.Handling{SnoozedUntil: &time.Time{}}, nil, "", nil},
		"both":              {nil, ticket.Handling{AddTags: []string{"fire"}, SnoozedUntil: &tomorrow}, []string{"fire"}, ticket.VerbTagged, []string{"tags", "snoozedUntil"}},
	} {
		got := opened()
		got.Tags = slices.Clone(c.had)
		before := got.Summary
		if err := got.Handle(stamp(agent, noon.Add(time.Minute)), c.asked); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(got.Tags, c.tags) || !slices.Equal(before.Tags, c.had) {
			t.Errorf("%s: tags %v, want %v; before %v", name, got.Tags, c.tags, before.Tags)
		}
		if c.verb == "" {
			if len(got.Pending) != 0 || got.Version != 1 {
				t.Errorf("%s: %+v", name, got.Pending)
			}
			continue
		}
		checkEvent(t, got, opened(), c.verb, c.changed)
	}
}

func TestHandlingsThatAreWrong(t *testing.T) {
	t.Parallel()
	var ten []string
	for i := range ticket.MaxTags {
		ten = append(ten, fmt.Sprintf("tag-%d", i))
	}
	now := noon.Add(time.Minute)
	for name, c := range map[string]struct {
		asked ticket.Handling
		want  []string
	}{
		"eleventh tag":        {ticket.Handling{AddTags: []string{"more"}}, []string{"/addTags too-long"}},
		"put off to now":      {ticket.Handling{SnoozedUntil: &now}, []string{"/snoozedUntil invalid"}},
		"put off to the past": {ticket.Handling{SnoozedUntil: to(noon)}, []string{"/snoozedUntil invalid"}},
		"beyond a year":       {ticket.Handling{SnoozedUntil: to(now.Add(ticket.MaxSnooze + time.Millisecond))}, []string{"/snoozedUntil invalid"}},
		"both":                {ticket.Handling{AddTags: []string{"more"}, SnoozedUntil: &now}, []string{"/addTags too-long", "/snoozedUntil invalid"}},
	} {
		got := opened()
		got.Tags = slices.Clone(ten)
		err := got.Handle(stamp(agent, now), c.asked)
		var fields []string
		for _, f := range problem.From(err).Fields {
			fields = append(fields, f.Pointer+" "+string(f.Code))
		}
		if !slices.Equal(fields, c.want) || len(got.Pending) != 0 {
			t.Errorf("%s: %v with %d events, want %v", name, fields, len(got.Pending), c.want)
		}
	}
	if got := opened(); got.Handle(stamp(agent, now), ticket.Handling{SnoozedUntil: to(now.Add(ticket.MaxSnooze))}) != nil {
		t.Error("a year is refused")
	}
}

// The client waits from its first message on that nobody has answered.
func TestWaiting(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	reply := func(a ticket.Actor) func(*ticket.Ticket, time.Time) error {
		return func(t *ticket.Ticket, now time.Time) error {
			return t.Edit(stamp(a, now), ticket.Edit{Message: to("Hi")}, window)
		}
	}
	closeIt := func(t *ticket.Ticket, now time.Time) error { return t.Close(stamp(agent, now)) }
	snooze := func(t *ticket.Ticket, now time.Time) error {
		return t.Handle(stamp(agent, now), ticket.Handling{SnoozedUntil: to(now.Add(time.Hour))})
	}
	tk := opened()
	for minute, step := range []struct {
		name           string
		do             func(*ticket.Ticket, time.Time) error
		waiting, first int // minutes; -1: zero
		snoozed        bool
	}{
		{"opened", func(*ticket.Ticket, time.Time) error { return nil }, 0, -1, false},
		{"the client again", reply(client), 0, -1, false},
		{"an answer", reply(agent), -1, 2, false},
		{"put off", snooze, -1, 2, true},
		{"another answer", reply(agent), -1, 2, true},
		{"the client", reply(client), 5, 2, false},
		{"put off again", snooze, 5, 2, true},
		{"closed", closeIt, -1, 2, false},
		{"reopened", reply(client), 8, 2, false},
	} {
		if err := step.do(&tk, at(minute)); err != nil {
			t.Fatal(err)
		}
		want := func(minute int) time.Time {
			if minute < 0 {
				return time.Time{}
			}
			return at(minute)
		}
		if !tk.WaitingSince.Equal(want(step.waiting)) || !tk.FirstRepliedAt.Equal(want(step.first)) || tk.SnoozedUntil.IsZero() == step.snoozed {
			t.Errorf("%s: waiting since %s, first reply %s, put off to %s", step.name, tk.WaitingSince, tk.FirstRepliedAt, tk.SnoozedUntil)
		}
		tk.Conversation = append(tk.Conversation, tk.Added()...)
		tk.Pending = nil
	}
	recounted := tk
	recounted.Conversation = slices.Clone(tk.Conversation)
	recounted.Recount()
	recounted.WaitingSince = tk.WaitingSince // when it was closed, the conversation does not say
	recounted.MessageCount, recounted.Size = tk.MessageCount, tk.Size
	recounted.LastMessageAt, recounted.LastMessageBy = tk.LastMessageAt, tk.LastMessageBy
	if !reflect.DeepEqual(recounted.Summary, tk.Summary) {
		t.Errorf("counted anew\n%+v, was\n%+v", recounted.Summary, tk.Summary)
	}
}
