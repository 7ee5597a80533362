package ticket_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"crm.example/pkg/problem"
)

// TestChangesOfAnotherVersion: what somebody decided by an older state of the ticket is not done.
func TestChangesOfAnotherVersion(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.login("client", "Client One")
	path := "/v1/ticket/" + s.open(client).ID
	closing := "/v1/ticket/close-ticket/" + path[len("/v1/ticket/"):]
	s.call(client, "PUT", path, `{"message": "Still"}`, "If-Match", `"1"`).ticket(http.StatusOK)
	for _, stale := range []string{`"1"`, `W/"2"`, `"1", "3"`, `"other"`} {
		s.call(client, "PUT", path, `{"message": "Lost?"}`, "If-Match", stale).problem(problem.VersionMismatch)
		s.call(client, "PATCH", closing, "", "If-Match", stale).problem(problem.VersionMismatch)
		s.call(client, "DELETE", path, "", "If-Match", stale).problem(problem.VersionMismatch)
	}
	for _, garbage := range []string{"2", `"2`, `*, "2"`} {
		s.call(client, "PUT", path, `{"message": "Lost?"}`, "If-Match", garbage).problem(problem.MalformedRequest)
		s.call(client, "PATCH", closing, "", "If-Match", garbage).problem(problem.MalformedRequest)
		s.call(client, "DELETE", path, "", "If-Match", garbage).problem(problem.MalformedRequest)
	}
	read := s.call(client, "GET", path, "")
	if got := read.ticket(http.StatusOK); got.Version != 2 || got.Status == "closed" || read.header.Get("ETag") != `"2"` {
		t.Errorf("after refusals: %+v, ETag %s", got, read.header.Get("ETag"))
	}
	s.call(client, "PUT", path, `{"subject": "New"}`, "If-Match", "*").ticket(http.StatusOK)
	s.call(client, "PATCH", closing, "", "If-Match", `"1", "3"`).ticket(http.StatusOK)
	s.call(client, "DELETE", path, "", "If-Match", `"4"`)
	s.call(client, "PUT", path, `{"subject": "New"}`, "If-Match", "*").problem(problem.NotFound)
}

// A reply that was stored is not judged by its version again: the answer to it was lost, and it has changed the version itself.
func TestARepeatedReplyIsNoOtherVersion(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.login("client", "Client One")
	path := "/v1/ticket/" + s.open(client).ID
	for range 2 {
		got := s.call(client, "PUT", path, `{"message": "Still"}`, "Idempotency-Key", "key", "If-Match", `"1"`).ticket(http.StatusOK)
		if got.MessageCount != 2 {
			t.Errorf("%d messages", got.MessageCount)
		}
	}
}

func TestOfChangesOfOneVersionOneIsDone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.login("client", "Client One")
	path := "/v1/ticket/" + s.open(client).ID
	var done, refused atomic.Int32
	var writers sync.WaitGroup
	for i := range 16 {
		writers.Go(func() {
			switch a := s.call(client, "PUT", path, fmt.Sprintf(`{"message": "Writer %d"}`, i), "If-Match", `"1"`); a.status {
			case http.StatusOK:
				done.Add(1)
			case http.StatusPreconditionFailed:
				refused.Add(1)
			}
		})
	}
	writers.Wait()
	if done.Load() != 1 || refused.Load() != 15 {
		t.Errorf("%d done, %d refused", done.Load(), refused.Load())
	}
}
