//go:build chaos

package restart_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"

	"crm.example/e2e/crm"
)

// remembered is how many tickets one person goes on reading and replying to.
const remembered = 100

// person is a client of the CRM with a session that it refreshes as it goes.
type person struct {
	doors  *doors
	ledger *ledger

	refreshing sync.Mutex // one refresh at a time, as one browser would

	mu     sync.Mutex
	tokens crm.Tokens
	opened []string // the latest tickets, oldest first
}

func (p *person) token() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tokens.AccessJWT
}

// call sends a request and wants a status. The answer is decoded into out, if there is one.
func (p *person) call(method, path, key string, body, out any, want int) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	got, err := p.doors.send(func(base string) *http.Request { return p.request(method, base+path, key, body != nil, text) })
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if got.status != want {
		return fmt.Errorf("%s %s: status %d %s", method, path, got.status, got.body)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(got.body, out)
}

func (p *person) request(method, url, key string, hasBody bool, text []byte) *http.Request {
	var req *http.Request
	if hasBody {
		req, _ = http.NewRequest(method, url, bytes.NewReader(text))
		req.Header.Set("Content-Type", "application/json")
	} else {
		req, _ = http.NewRequest(method, url, nil)
	}
	if token := p.token(); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	return req
}

// open opens a ticket, which is found again by its subject. key may be "".
func (p *person) open(subject, key string) error {
	p.ledger.ask(subject)
	var ticket crm.Ticket
	if err := p.call(http.MethodPost, "/v1/ticket", key, crm.Fields{"subject": subject, "message": "Under load."}, &ticket, http.StatusCreated); err != nil {
		return err
	}
	p.ledger.acknowledge(subject)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opened = append(p.opened[max(0, len(p.opened)-remembered):], ticket.ID)
	return nil
}

// ticket is one of those that were opened lately.
func (p *person) ticket() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.opened[rand.N(len(p.opened))]
}

// reply appends a message to a ticket, without an Idempotency-Key.
func (p *person) reply() error {
	id := p.ticket()
	p.ledger.ask(id)
	if err := p.call(http.MethodPut, "/v1/ticket/"+id, "", crm.Fields{"message": "One more."}, nil, http.StatusOK); err != nil {
		return err
	}
	p.ledger.acknowledge(id)
	return nil
}

// refresh trades the refresh JWT for the next tokens.
func (p *person) refresh() error {
	p.refreshing.Lock()
	defer p.refreshing.Unlock()
	p.mu.Lock()
	old := p.tokens.RefreshJWT
	p.mu.Unlock()
	var next crm.Tokens
	if err := p.call(http.MethodPost, "/v1/user/refresh", "", crm.Fields{"refreshJWT": old}, &next, http.StatusOK); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens = next
	return nil
}

// found counts the person's tickets by subject, and the replies to each by its id.
func (p *person) found(into map[string]int) error {
	for path := "/v1/ticket?limit=100"; path != ""; {
		var page crm.Page
		if err := p.call(http.MethodGet, path, "", nil, &page, http.StatusOK); err != nil {
			return err
		}
		for _, ticket := range page.Items {
			into[ticket.Subject]++
			into[ticket.ID] += ticket.MessageCount - 1
		}
		if path = ""; page.NextCursor != nil {
			path = "/v1/ticket?limit=100&cursor=" + *page.NextCursor
		}
	}
	return nil
}
