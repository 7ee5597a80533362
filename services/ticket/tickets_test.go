package ticket_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/services/ticket"
)

func TestLifeOfATicket(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")

	answer := s.call(client, "POST", "/v1/ticket", `{"subject": "  Printer ", "message": "It is\non fire", "priority": "high"}`)
	opened := answer.ticket(http.StatusCreated)
	path := "/v1/ticket/" + opened.ID
	if got := answer.header.Get("Location"); got != path || answer.header.Get("Cache-Control") != "no-store" {
		t.Errorf("Location %q, want %q; Cache-Control %q", got, path, answer.header.Get("Cache-Control"))
	}
	if opened.Subject != "Printer" || opened.Status != "pending-agent" || opened.Priority != "high" || opened.Version != 1 ||
		opened.ClientID != client.id || opened.ClientName != "Client One" || opened.ClosedAt != nil || time.Since(at(t, opened.OpenedAt)) > time.Minute {
		t.Errorf("opened %+v", opened)
	}
	checkLast(t, opened, 1, client, "It is\non fire")

	replied := s.call(agent, "PUT", path, `{"message": "Run"}`).ticket(http.StatusOK)
	checkLast(t, replied, 2, agent, "Run")
	if replied.Status != "pending-client" || replied.Version != 2 {
		t.Errorf("after the agent's reply: %+v", replied)
	}
	edited := s.call(client, "PUT", path, `{"message": "It is out", "subject": "Printer burnt", "priority": "low"}`).ticket(http.StatusOK)
	checkLast(t, edited, 3, client, "It is out")
	if edited.Status != "pending-agent" || edited.Subject != "Printer burnt" || edited.Priority != "low" || edited.Version != 3 {
		t.Errorf("after the client's edit: %+v", edited)
	}
	closed := s.call(client, "PATCH", "/v1/ticket/close-ticket/"+opened.ID, "").ticket(http.StatusOK)
	if closed.Status != "closed" || closed.ClosedAt == nil || closed.Version != 4 || len(closed.Conversation) != 3 {
		t.Errorf("closed: %+v", closed)
	}
	again := s.call(agent, "PATCH", "/v1/ticket/close-ticket/"+opened.ID, "").ticket(http.StatusOK)
	if again.Version != 4 || again.ClosedAt == nil || *again.ClosedAt != *closed.ClosedAt {
		t.Errorf("closed twice: %+v", again)
	}
	reopened := s.call(client, "PUT", path, `{"message": "It burns again"}`).ticket(http.StatusOK)
	if reopened.Status != "pending-agent" || reopened.ClosedAt != nil || reopened.Version != 5 {
		t.Errorf("reopened: %+v", reopened)
	}
	if found := s.call(agent, "GET", path, "").ticket(http.StatusOK); found.Version != 5 || len(found.Conversation) != 4 {
		t.Errorf("found: %+v", found)
	}
	if gone := s.call(client, "DELETE", path, ""); gone.status != http.StatusNoContent || len(gone.body) > 0 {
		t.Errorf("delete: %d %s", gone.status, gone.body)
	}
	for _, u := range []user{client, agent} {
		s.call(u, "GET", path, "").problem(problem.NotFound)
	}
	s.call(client, "DELETE", path, "").problem(problem.NotFound)
}

// at reads a time of the contract.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	read, err := time.Parse(events.TimeLayout, text)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func checkLast(t *testing.T, got events.WholeTicket, count int, by user, text string) {
	t.Helper()
	if got.MessageCount != count || len(got.Conversation) != count {
		t.Fatalf("%d messages, of which %d are there, want %d", got.MessageCount, len(got.Conversation), count)
	}
	last := got.Conversation[count-1]
	if last.Seq != count || last.Message != text || last.Author.ID != by.id || last.Author.Name != by.name || last.Author.Role != by.role ||
		last.SentAt != got.LastMessageAt || got.LastMessageBy != by.role || got.UpdatedAt != last.SentAt {
		t.Errorf("last message %+v of %+v", last, got)
	}
}

func TestLockedTicketTakesEditsOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(cfg *ticket.Config) { cfg.ReopenWindow = 0 })
	client := s.login("client", "Client One")
	path := "/v1/ticket/" + s.open(client).ID
	s.lock(client, path)
	s.call(client, "PUT", path, `{"message": "Again", "subject": "Not this either"}`).problem(problem.TicketLocked)
	got := s.call(client, "PUT", path, `{"subject": "Burnt", "priority": "low"}`).ticket(http.StatusOK)
	if got.Status != "closed" || got.Subject != "Burnt" || got.Priority != "low" || got.MessageCount != 1 {
		t.Errorf("edited after it was locked: %+v", got)
	}
}

// lock closes a ticket and waits until a window of 0 is over.
func (s *site) lock(u user, path string) {
	s.t.Helper()
	closed := s.call(u, "PATCH", strings.Replace(path, "ticket/", "ticket/close-ticket/", 1), "").ticket(http.StatusOK)
	for time.Since(at(s.t, *closed.ClosedAt)) <= 2*time.Millisecond {
		runtime.Gosched()
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/healthz", "/readyz", "/openapi.json"} {
		if got := s.call(user{}, "GET", path, ""); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if err := s.service.Close(); err != nil {
		t.Fatal(err)
	}
	if got := s.call(user{}, "GET", "/healthz", ""); got.status != http.StatusOK {
		t.Errorf("/healthz without a store: %d, want 200, for it touches nothing", got.status)
	}
	eventually(t, "unready", func() bool { return s.call(user{}, "GET", "/readyz", "").status == http.StatusServiceUnavailable })
	s.call(s.login("client", "Client One"), "GET", "/v1/ticket", "").problem(problem.Unavailable)
}
