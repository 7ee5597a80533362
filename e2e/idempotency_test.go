package e2e_test

import (
	"net/http"
	"testing"

	"crm.example/e2e/crm"
)

func keyed(method, path, key string, body crm.Fields) crm.Request {
	return crm.Request{Method: method, Path: path, Body: body, Header: http.Header{"Idempotency-Key": {key}}}
}

// Fifty times the same request at once, as a nervous client sends it, open one ticket.
func TestDuplicatesOpenOneTicket(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	open := keyed(http.MethodPost, "/v1/ticket", "open-1", crm.Fields{"subject": "Once", "message": "Only once."})
	ids := map[string]bool{}
	for _, answer := range atOnce(50, func(int) crm.Answer { return client.Send(open) }) {
		ids[crm.Read[crm.Ticket](answer.Want(http.StatusCreated)).ID] = true
	}
	page := crm.Read[crm.Page](client.Get("/v1/ticket").Want(http.StatusOK))
	if len(ids) != 1 || len(page.Items) != 1 || page.Items[0].MessageCount != 1 {
		t.Errorf("50 duplicates answered with %d ids and opened %d tickets", len(ids), len(page.Items))
	}
}

func TestDuplicatesReplyOnce(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	ticket := client.Open("Once", "First.")
	reply := keyed(http.MethodPut, "/v1/ticket/"+ticket.ID, "reply-1", crm.Fields{"message": "Only once.", "priority": "high"})
	for _, answer := range atOnce(50, func(int) crm.Answer { return client.Send(reply) }) {
		if got := crm.Read[crm.Ticket](answer.Want(http.StatusOK)); got.Version != 2 || got.MessageCount != 2 {
			t.Errorf("answered with version %d and %d messages", got.Version, got.MessageCount)
		}
	}
	if now := client.Ticket(ticket.ID); now.MessageCount != 2 || len(now.Conversation) != 2 || now.Version != 2 {
		t.Errorf("50 duplicates made %d messages and version %d", now.MessageCount, now.Version)
	}
}

// A repeat gets the present state, not the one of then.
func TestRepeatGetsThePresentState(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	open := keyed(http.MethodPost, "/v1/ticket", "open-1", crm.Fields{"subject": "Once", "message": "First."})
	first := client.Send(open).Want(http.StatusCreated)
	ticket := crm.Read[crm.Ticket](first)
	client.Close(ticket.ID)
	again := client.Send(open).Want(http.StatusCreated)
	if got := crm.Read[crm.Ticket](again); got.ID != ticket.ID || got.Status != "closed" || got.Version != 2 {
		t.Errorf("repeated: %+v", got)
	}
	if first.Header.Get("Location") != again.Header.Get("Location") {
		t.Errorf("Location %q, then %q", first.Header.Get("Location"), again.Header.Get("Location"))
	}
}

func TestAKeyBelongsToItsBody(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	open := keyed(http.MethodPost, "/v1/ticket", "open-1", crm.Fields{"subject": "Once", "message": "First."})
	ticket := crm.Read[crm.Ticket](client.Send(open).Want(http.StatusCreated))
	open.Body = crm.Fields{"subject": "Twice", "message": "First."}
	client.Send(open).WantProblem(http.StatusUnprocessableEntity, "idempotency-mismatch")

	reply := keyed(http.MethodPut, "/v1/ticket/"+ticket.ID, "reply-1", crm.Fields{"message": "One."})
	client.Send(reply).Want(http.StatusOK)
	reply.Body = crm.Fields{"message": "Two."}
	client.Send(reply).WantProblem(http.StatusUnprocessableEntity, "idempotency-mismatch")
	if now := client.Ticket(ticket.ID); now.MessageCount != 2 || now.Subject != "Once" {
		t.Errorf("a mismatch changed the ticket: %+v", now)
	}
}

// Keys are of one client and one ticket: another's same key means nothing.
func TestKeysOfOthersDoNotMatter(t *testing.T) {
	t.Parallel()
	one, two := stranger(t).SignUpClient("Client One"), stranger(t).SignUpClient("Client Two")
	open := keyed(http.MethodPost, "/v1/ticket", "the-same-key", crm.Fields{"subject": "Mine", "message": "First."})
	a := crm.Read[crm.Ticket](one.Send(open).Want(http.StatusCreated))
	b := crm.Read[crm.Ticket](two.Send(open).Want(http.StatusCreated))
	other := one.Open("Other", "First.")
	if a.ID == b.ID || b.ClientID != two.User.ID {
		t.Errorf("the other client's key gave ticket %s of %s", b.ID, b.ClientID)
	}
	for _, id := range []string{a.ID, other.ID} {
		reply := keyed(http.MethodPut, "/v1/ticket/"+id, "the-same-key", crm.Fields{"message": "Reply."})
		if got := crm.Read[crm.Ticket](one.Send(reply).Want(http.StatusOK)); got.MessageCount != 2 {
			t.Errorf("%d messages after the first reply", got.MessageCount)
		}
	}
}
