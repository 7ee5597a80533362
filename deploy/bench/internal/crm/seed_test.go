package crm_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"crm.example/deploy/bench/internal/crm"
)

// counts is a CRM that only counts, and whose hashing is too busy every other time.
type counts struct{ asked, signedUp, loggedIn, opened, replied atomic.Int64 }

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
		_ = json.NewEncoder(w).Encode(map[string]string{"id": fmt.Sprint(c.opened.Add(1))})
	default:
		c.replied.Add(1)
	}
}

func TestSeedFillsTheCRM(t *testing.T) {
	t.Parallel()
	var c counts
	server := httptest.NewServer(&c)
	t.Cleanup(server.Close)
	clients, err := crm.NewAPI(server.URL).Seed(t.Context(), crm.Size{Clients: 7, Tickets: 100, Replies: 2})
	if err != nil || len(clients) != 7 {
		t.Fatalf("Seed = %d clients, %v", len(clients), err)
	}
	if c.signedUp.Load() != 7 || c.loggedIn.Load() != 7 || c.opened.Load() != 100 || c.replied.Load() != 200 {
		t.Errorf("%d sign-ups, %d logins, %d tickets, %d replies", c.signedUp.Load(), c.loggedIn.Load(), c.opened.Load(), c.replied.Load())
	}
}

func TestSeedStopsAtTheFirstFailure(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	if _, err := crm.NewAPI(server.URL).Seed(t.Context(), crm.Size{Clients: 100, Tickets: 100}); err == nil {
		t.Error("a CRM that knows no route was filled")
	}
}
