package ticket_test

import (
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

// An agent opens tickets for clients whom the service knows, and nobody opens one for themselves in another's name.
func TestOpenFor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	draft := ticket.Draft{Subject: "Your call", Message: "We send somebody", Key: "k"}
	for _, p := range []ticket.Person{{ID: client.ID, Name: "Client One", Role: ticket.Client, Sequence: 1}, {ID: agent.ID, Name: "Agent One", Role: ticket.Agent, Sequence: 1}} {
		if err := o.store.SavePerson(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	for name, open := range map[string]func() (ticket.Ticket, error){
		"nobody":                 func() (ticket.Ticket, error) { return o.desk.OpenFor(t.Context(), agent, "nobody", draft) },
		"an agent":               func() (ticket.Ticket, error) { return o.desk.OpenFor(t.Context(), agent, agent.ID, draft) },
		"an agent's own":         func() (ticket.Ticket, error) { return o.desk.Open(t.Context(), agent, draft) },
		"a client for a client":  func() (ticket.Ticket, error) { return o.desk.OpenFor(t.Context(), client, client.ID, draft) },
		"a client, for an agent": func() (ticket.Ticket, error) { return o.desk.OpenFor(t.Context(), client, agent.ID, draft) },
	} {
		if opened, err := open(); !problem.Is(err, problem.InvalidInput) {
			t.Errorf("%s: %+v, %v", name, opened.Summary, err)
		}
	}
	opened, err := o.desk.OpenFor(t.Context(), agent, client.ID, draft)
	if err != nil || opened.ClientID != client.ID || opened.ClientName != "Client One" || opened.Status != ticket.PendingClient || opened.Conversation[0].Author != agent {
		t.Errorf("opened %+v, %v", opened, err)
	}
}

// The client's account was deleted while the agent wrote: the ticket goes, and the agent learns that there is no such client.
func TestOpenForSomebodyWhoGoes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if err := o.store.SavePerson(t.Context(), ticket.Person{ID: client.ID, Name: "Client One", Role: ticket.Client, Sequence: 1}); err != nil {
		t.Fatal(err)
	}
	if err := o.store.Erase(t.Context(), client.ID, o.clock); err != nil {
		t.Fatal(err)
	}
	if opened, err := o.desk.OpenFor(t.Context(), agent, client.ID, ticket.Draft{Subject: "Your call", Message: "Hi"}); !problem.Is(err, problem.NotFound) {
		t.Errorf("opened %+v, %v", opened.Summary, err)
	}
	due, err := o.store.DueErasures(t.Context(), o.clock, 1)
	if err != nil || len(due) != 1 || due[0].Round != 2 {
		t.Errorf("due are %+v, %v", due, err)
	}
}
