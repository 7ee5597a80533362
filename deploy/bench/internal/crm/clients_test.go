package crm_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"crm.example/deploy/bench/internal/api"
	"crm.example/deploy/bench/internal/crm"
)

// counts is a CRM that only counts, and whose hashing is too busy every other time.
type counts struct{ asked, signedUp, loggedIn, opened atomic.Int64 }

func (c *counts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch where := r.Method + " " + r.URL.Path; where {
	case "POST /v1/user", "POST /v1/user/login":
		if c.asked.Add(1)%2 == 0 {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		map[string]*atomic.Int64{"POST /v1/user": &c.signedUp, "POST /v1/user/login": &c.loggedIn}[where].Add(1)
		fmt.Fprint(w, `{"accessJWT": "token"}`)
	case "POST /v1/ticket":
		if r.Header.Get("Authorization") != "Bearer token" || r.Header.Get("Idempotency-Key") == "" {
			w.WriteHeader(http.StatusForbidden)
		}
		_ = json.NewEncoder(w).Encode(crm.Ticket{ID: fmt.Sprint(c.opened.Add(1)), Version: 1})
	default: // the answer to a request that nobody sent
		fmt.Fprint(w, `{"id":"another","version":1}`)
	}
}

func TestSeedFillsTheCRMAndAnswersAreChecked(t *testing.T) {
	t.Parallel()
	var c counts
	server := httptest.NewServer(&c)
	t.Cleanup(server.Close)
	at := crm.CRM{API: api.New(server.URL)}
	clients, err := at.Seed(t.Context(), 7, 100)
	if err != nil || len(clients) != 7 || c.signedUp.Load() != 7 || c.loggedIn.Load() != 7 || c.opened.Load() != 100 {
		t.Fatalf("Seed = %d clients, %v; %d sign-ups, %d logins, %d tickets", len(clients), err, c.signedUp.Load(), c.loggedIn.Load(), c.opened.Load())
	}
	var refused []string
	for _, op := range at.Operations(clients) {
		if err := op.Do(t.Context()); err != nil {
			refused = append(refused, op.Name)
		}
	}
	if got := strings.Join(refused, " "); got != "user list get reply" {
		t.Errorf("the answers to %s were refused", got)
	}
}

func TestSeedStopsAtTheFirstFailure(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	if _, err := (crm.CRM{API: api.New(server.URL)}).Seed(t.Context(), 100, 100); err == nil {
		t.Error("a CRM that knows no route was filled")
	}
}
