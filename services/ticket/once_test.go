package ticket_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/ticket"
)

func TestOpenOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client, other := s.login("client", "Client One"), s.login("client", "Client Two")
	open := func(u user, body, key string) answer {
		return s.call(u, "POST", "/v1/ticket", body, "Idempotency-Key", key)
	}
	first := open(client, printer, "key").ticket(http.StatusCreated)
	s.call(client, "PATCH", "/v1/ticket/close-ticket/"+first.ID, "").ticket(http.StatusOK)

	again := open(client, `{"priority": "normal", "message": " It is on fire ", "subject": "Printer"}`, "key")
	if got := again.ticket(http.StatusCreated); got.ID != first.ID || got.Status != "closed" || len(got.Conversation) != 1 || again.header.Get("Location") != "/v1/ticket/"+first.ID {
		t.Errorf("the same in other words: %+v, want the first ticket as it is now", got)
	}
	for _, body := range []string{`{"subject": "Printer", "message": "It is on fire!"}`, `{"subject": "Printer", "message": "It is on fire", "priority": "low"}`} {
		open(client, body, "key").problem(problem.IdempotencyMismatch)
	}
	if got := open(other, printer, "key").ticket(http.StatusCreated); got.ID == first.ID {
		t.Error("another client got this client's ticket")
	}
	if ids := s.all(client, ""); len(ids) != 1 {
		t.Errorf("%d tickets, want 1", len(ids))
	}
}

func TestOpenOnceInParallel(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.login("client", "Client One")
	each(50, func(int) {
		s.call(client, "POST", "/v1/ticket", printer, "Idempotency-Key", "key").ticket(http.StatusCreated)
	})
	if ids := s.all(client, ""); len(ids) != 1 {
		t.Errorf("%d tickets, want 1", len(ids))
	}
}

func TestReplyOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	path := "/v1/ticket/" + s.open(client).ID
	reply := func(u user, body string) answer { return s.call(u, "PUT", path, body, "Idempotency-Key", "key") }
	const body = `{"message": "Still", "priority": "high"}`

	each(50, func(int) { reply(client, body).ticket(http.StatusOK) })
	if got := s.call(client, "GET", path, "").ticket(http.StatusOK); got.MessageCount != 2 || got.Version != 2 {
		t.Errorf("after 50 of the same: %+v", got)
	}
	for _, other := range []string{`{"message": "Still"}`, `{"message": "Still!", "priority": "high"}`, `{"message": "Still", "priority": "high", "subject": "Printer"}`} {
		reply(client, other).problem(problem.IdempotencyMismatch)
	}
	s.call(agent, "PUT", path, `{"priority": "low"}`, "Idempotency-Key", "key").ticket(http.StatusOK)
	if got := reply(client, body).ticket(http.StatusOK); got.MessageCount != 2 || got.Priority != "low" {
		t.Errorf("the same after the ticket moved on: %+v, want it as it is now", got)
	}
	if got := reply(agent, body).ticket(http.StatusOK); got.MessageCount != 3 {
		t.Errorf("the agent's own key: %+v, want its own message", got)
	}
	second := "/v1/ticket/" + s.open(client).ID
	if got := s.call(client, "PUT", second, `{"message": "Other"}`, "Idempotency-Key", "key").ticket(http.StatusOK); got.MessageCount != 2 {
		t.Errorf("the key in another ticket: %+v", got)
	}
}

func TestReplyRepeatedWhenLocked(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(cfg *ticket.Config) { cfg.ReopenWindow = 0 })
	client := s.login("client", "Client One")
	path := "/v1/ticket/" + s.open(client).ID
	s.call(client, "PUT", path, `{"message": "Still"}`, "Idempotency-Key", "key").ticket(http.StatusOK)
	s.lock(client, path)
	if got := s.call(client, "PUT", path, `{"message": "Still"}`, "Idempotency-Key", "key").ticket(http.StatusOK); got.Status != "closed" || got.MessageCount != 2 {
		t.Errorf("repeated: %+v, want the locked ticket as it is", got)
	}
	s.call(client, "PUT", path, `{"message": "Still"}`, "Idempotency-Key", "new").problem(problem.TicketLocked)
}

func TestReplyRepeatedWhenFull(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.login("client", "Client One")
	path := "/v1/ticket/" + s.open(client).ID
	long := fmt.Sprintf(`{"message": "%s"}`, strings.Repeat("🦊", 10_000))
	n := 0
	for ; ; n++ {
		got := s.call(client, "PUT", path, long, "Idempotency-Key", fmt.Sprint("key-", n))
		if got.status != http.StatusOK {
			got.problem(problem.ConversationFull)
			break
		}
	}
	if n != 26 { // of 40,000 bytes each in 1 MiB
		t.Errorf("%d messages fitted, want 26", n)
	}
	if got := s.call(client, "PUT", path, long, "Idempotency-Key", "key-3").ticket(http.StatusOK); got.MessageCount != 27 {
		t.Errorf("repeated: %d messages, want the full ticket as it is", got.MessageCount)
	}
	if got := s.call(client, "PUT", path, `{"message": "A short one fits"}`).ticket(http.StatusOK); got.MessageCount != 28 {
		t.Errorf("%d messages, want 28", got.MessageCount)
	}
}

func TestDeletingFreesTheKey(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.login("client", "Client One")
	first := s.call(client, "POST", "/v1/ticket", printer, "Idempotency-Key", "key").ticket(http.StatusCreated)
	if got := s.call(client, "DELETE", "/v1/ticket/"+first.ID, ""); got.status != http.StatusNoContent {
		t.Fatalf("delete: %d", got.status)
	}
	if second := s.call(client, "POST", "/v1/ticket", printer, "Idempotency-Key", "key").ticket(http.StatusCreated); second.ID == first.ID {
		t.Error("the deleted ticket came back")
	}
}

// each runs n calls at once.
func each(n int, call func(int)) {
	var done sync.WaitGroup
	for i := range n {
		done.Go(func() { call(i) })
	}
	done.Wait()
}
