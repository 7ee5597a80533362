package ticket_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

const window = 14 * 24 * time.Hour

var (
	client = ticket.Actor{ID: "client-1", Name: "Client One", Role: ticket.Client}
	agent  = ticket.Actor{ID: "agent-1", Name: "Agent One", Role: ticket.Agent}
	noon   = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
)

func stamp(a ticket.Actor, at time.Time) ticket.Stamp {
	return ticket.Stamp{Actor: a, At: at, EventID: "event", MessageID: "message"}
}

// opened is a ticket as a store gives it for a change: nothing pending.
func opened() ticket.Ticket {
	t := ticket.Open(stamp(client, noon), "ticket-1", ticket.Draft{Subject: "Printer", Message: "It is on fire"})
	t.Pending = nil
	return t
}

func closed() ticket.Ticket {
	t := opened()
	t.Close(stamp(agent, noon))
	t.Pending = nil
	return t
}

func to[T any](v T) *T { return &v }

func TestOpen(t *testing.T) {
	t.Parallel()
	got := ticket.Open(stamp(client, noon), "ticket-1", ticket.Draft{Subject: "Printer", Message: "It is on fire"})
	want := ticket.Summary{
		ID: "ticket-1", ClientID: "client-1", ClientName: "Client One", Subject: "Printer", Status: ticket.PendingAgent,
		Priority: ticket.Normal, MessageCount: 1, LastMessageAt: noon, LastMessageBy: ticket.Client, OpenedAt: noon, UpdatedAt: noon, Version: 1, WaitingSince: noon,
	}
	if !reflect.DeepEqual(got.Summary, want) {
		t.Errorf("Open = %+v\nwant   %+v", got.Summary, want)
	}
	if len(got.Pending) != 1 || got.Pending[0].Verb != ticket.VerbCreated || !reflect.DeepEqual(got.Pending[0].Ticket, want) {
		t.Fatalf("pending %+v, want created with the ticket as it is", got.Pending)
	}
	first := ticket.Message{ID: "message", Seq: 1, Author: client, Text: "It is on fire", SentAt: noon}
	if m := got.Pending[0].Message; m == nil || *m != first {
		t.Errorf("first message %+v, want %+v", m, first)
	}
	if got.Size != len("It is on fire") || got.OpenedWith != (ticket.Idempotency{}) {
		t.Errorf("size %d, opened with %+v", got.Size, got.OpenedWith)
	}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	hour := noon.Add(time.Hour)
	tests := map[string]struct {
		ticket  ticket.Ticket
		by      ticket.Actor
		at      time.Time
		edit    ticket.Edit
		status  ticket.Status
		verb    ticket.Verb // empty: no event
		changed []string
	}{
		"client replies again":        {opened(), client, hour, ticket.Edit{Message: to("Still")}, ticket.PendingAgent, ticket.VerbReplied, nil},
		"agent replies":               {opened(), agent, hour, ticket.Edit{Message: to("Run")}, ticket.PendingClient, ticket.VerbReplied, []string{"status"}},
		"subject":                     {opened(), client, hour, ticket.Edit{Subject: to("Fire")}, ticket.PendingAgent, ticket.VerbUpdated, []string{"subject"}},
		"priority":                    {opened(), agent, hour, ticket.Edit{Priority: to(ticket.Urgent)}, ticket.PendingAgent, ticket.VerbUpdated, []string{"priority"}},
		"all at once is one event":    {opened(), agent, hour, ticket.Edit{Message: to("Run"), Subject: to("Fire"), Priority: to(ticket.High)}, ticket.PendingClient, ticket.VerbReplied, []string{"subject", "status", "priority"}},
		"as it is":                    {opened(), client, hour, ticket.Edit{Subject: to("Printer"), Priority: to(ticket.Normal)}, ticket.PendingAgent, "", nil},
		"nothing":                     {opened(), client, hour, ticket.Edit{}, ticket.PendingAgent, "", nil},
		"client reopens":              {closed(), client, hour, ticket.Edit{Message: to("Again")}, ticket.PendingAgent, ticket.VerbReopened, []string{"status"}},
		"agent reopens":               {closed(), agent, hour, ticket.Edit{Message: to("Oh")}, ticket.PendingClient, ticket.VerbReopened, []string{"status"}},
		"reopened at the last moment": {closed(), client, noon.Add(window), ticket.Edit{Message: to("Again")}, ticket.PendingAgent, ticket.VerbReopened, []string{"status"}},
		"subject of a closed one":     {closed(), client, noon.Add(2 * window), ticket.Edit{Subject: to("Fire")}, ticket.Closed, ticket.VerbUpdated, []string{"subject"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := test.ticket
			if err := got.Edit(stamp(test.by, test.at), test.edit, window); err != nil {
				t.Fatal(err)
			}
			if got.Status != test.status || got.ClosedAt.IsZero() == (got.Status == ticket.Closed) {
				t.Errorf("status %s, closed at %s, want %s", got.Status, got.ClosedAt, test.status)
			}
			if test.verb == "" {
				if len(got.Pending) > 0 || got.Version != test.ticket.Version || got.UpdatedAt != test.ticket.UpdatedAt {
					t.Errorf("%+v pending at version %d, want no change", got.Pending, got.Version)
				}
				return
			}
			checkEvent(t, got, test.ticket, test.verb, test.changed)
			checkReply(t, got, test.ticket, test.edit, test.by)
		})
	}
}

func checkEvent(t *testing.T, got, before ticket.Ticket, verb ticket.Verb, changed []string) {
	t.Helper()
	if len(got.Pending) != 1 {
		t.Fatalf("%d events, want one", len(got.Pending))
	}
	event := got.Pending[0]
	if event.Verb != verb || !slices.Equal(event.Changed, changed) || !reflect.DeepEqual(event.Ticket, got.Summary) {
		t.Errorf("event %+v, want %s %v of the ticket as it is", event, verb, changed)
	}
	if got.Version != before.Version+1 || got.UpdatedAt != event.At {
		t.Errorf("version %d updated at %s", got.Version, got.UpdatedAt)
	}
}

func checkReply(t *testing.T, got, before ticket.Ticket, edit ticket.Edit, by ticket.Actor) {
	t.Helper()
	reply := got.Pending[0].Message
	if edit.Message == nil {
		if reply != nil || got.MessageCount != before.MessageCount || got.LastMessageAt != before.LastMessageAt {
			t.Errorf("a message came from nowhere: %+v", reply)
		}
		return
	}
	want := ticket.Message{ID: "message", Seq: before.MessageCount + 1, Author: by, Text: *edit.Message, SentAt: got.UpdatedAt}
	if reply == nil || *reply != want {
		t.Fatalf("message %+v, want %+v", reply, want)
	}
	if got.MessageCount != want.Seq || got.Size != before.Size+len(want.Text) || got.LastMessageBy != by.Role || got.LastMessageAt != want.SentAt {
		t.Errorf("the ticket does not show its last message: %+v", got)
	}
}

func TestEditRefuses(t *testing.T) {
	t.Parallel()
	full, large := opened(), opened()
	full.MessageCount = ticket.MaxMessages
	large.Size = ticket.MaxSize - 4
	tests := map[string]struct {
		ticket ticket.Ticket
		at     time.Time
		edit   ticket.Edit
		want   problem.Code
	}{
		"closed too long ago": {closed(), noon.Add(window + time.Millisecond), ticket.Edit{Message: to("Again"), Subject: to("Fire")}, problem.TicketLocked},
		"full":                {full, noon, ticket.Edit{Message: to("More"), Subject: to("Fire")}, problem.ConversationFull},
		"too large":           {large, noon, ticket.Edit{Message: to("12345"), Subject: to("Fire")}, problem.ConversationFull},
		"too large in bytes":  {large, noon, ticket.Edit{Message: to("ééé")}, problem.ConversationFull},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := test.ticket
			if err := got.Edit(stamp(client, test.at), test.edit, window); !problem.Is(err, test.want) {
				t.Errorf("Edit: %v, want %s", err, test.want)
			}
			if !reflect.DeepEqual(got.Summary, test.ticket.Summary) || len(got.Pending) > 0 {
				t.Errorf("a part of the edit was made: %+v", got)
			}
		})
	}
}

func TestEditFills(t *testing.T) {
	t.Parallel()
	got := opened()
	got.MessageCount, got.Size = ticket.MaxMessages-1, ticket.MaxSize-4
	if err := got.Edit(stamp(client, noon), ticket.Edit{Message: to("1234")}, window); err != nil {
		t.Errorf("the last message that fits: %v", err)
	}
	if err := got.Edit(stamp(client, noon), ticket.Edit{Subject: to(strings.Repeat("x", 100))}, window); err != nil {
		t.Errorf("a subject for a full conversation: %v", err)
	}
}
