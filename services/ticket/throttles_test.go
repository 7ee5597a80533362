package ticket_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/uuid"

	"crm.example/pkg/problem"
	"crm.example/services/ticket"
)

// A client opens so many tickets within an hour, and sends so many replies. What stores nothing is not counted, agents are not,
// and one client says nothing about another.
func TestThrottles(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(cfg *ticket.Config) { cfg.OpenPerClient, cfg.RepliesPerClient = 3, 2 })
	client, other, agent := s.login("client", "Client One"), s.login("client", "Client Two"), s.login("agent", "Agent One")
	s.knows(client)
	refused := func(a answer) {
		t.Helper()
		a.problem(problem.RateLimited)
		if wait, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || wait < 1 || wait > 3600 {
			t.Errorf("Retry-After is %q", a.header.Get("Retry-After"))
		}
	}
	for range 5 {
		s.call(client, "POST", "/v1/ticket", `{"subject": "", "message": ""}`).problem(problem.InvalidInput)
		s.call(client, "POST", "/v1/ticket", printer, "Idempotency-Key", "once").ticket(http.StatusCreated)
	}
	mine := s.open(client)
	s.open(client)
	refused(s.call(client, "POST", "/v1/ticket", printer))
	if n := len(s.all(client, "")); n != 3 {
		t.Errorf("%d tickets are there", n)
	}
	theirs := s.open(other)
	for range 4 {
		s.call(agent, "POST", "/v1/ticket", fmt.Sprintf(`{"subject": "A call", "message": "Hi", "clientId": %q}`, client.id)).ticket(http.StatusCreated)
	}

	const reply = `{"message": "Hi"}`
	for range 4 {
		s.call(client, "PUT", "/v1/ticket/"+uuid.NewString(), reply).problem(problem.NotFound)
		s.call(client, "PUT", "/v1/ticket/"+mine.ID, `{"priority": "low"}`).ticket(http.StatusOK)
		s.call(agent, "PUT", "/v1/ticket/"+mine.ID, reply).ticket(http.StatusOK)
	}
	for range 2 {
		s.call(client, "PUT", "/v1/ticket/"+mine.ID, reply).ticket(http.StatusOK)
	}
	refused(s.call(client, "PUT", "/v1/ticket/"+mine.ID, reply))
	if is := s.call(client, "GET", "/v1/ticket/"+mine.ID, "").ticket(http.StatusOK); is.MessageCount != 1+4+2 {
		t.Errorf("%d messages are there", is.MessageCount)
	}
	s.call(other, "PUT", "/v1/ticket/"+theirs.ID, reply).ticket(http.StatusOK)
}
