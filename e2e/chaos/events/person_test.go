//go:build chaos

package events_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"crm.example/e2e/crm"
)

// renewAfter is well before an access JWT ends: a fault may last for longer than one.
const renewAfter = 10 * time.Minute

// person is somebody who writes and listens for as long as it takes. Safe for concurrent use.
type person struct {
	*crm.Person
	base string

	mu     sync.Mutex
	access string
	since  time.Time
}

func newPerson(base string, p *crm.Person) *person {
	return &person{Person: p, base: base, access: p.Tokens.AccessJWT, since: time.Now()}
}

// token is an access JWT that counts, if there was a need and a way to log in anew.
func (p *person) token() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.since) > renewAfter {
		p.logIn()
	}
	return p.access
}

// renew is for who found that the access JWT counts no more.
func (p *person) renew() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.logIn()
}

func (p *person) logIn() {
	text, _ := json.Marshal(crm.Fields{"email": p.User.Email, "password": crm.Password})
	res, err := (&http.Client{Timeout: patience}).Post(p.base+"/v1/user/login", "application/json", bytes.NewReader(text))
	if err != nil {
		return
	}
	defer res.Body.Close()
	var next crm.Tokens
	if res.StatusCode == http.StatusOK && json.NewDecoder(res.Body).Decode(&next) == nil {
		p.access, p.since = next.AccessJWT, time.Now()
	}
}

// get reads one page or document by the suite's own client.
func (p *person) get(path string) crm.Answer { return p.With(p.token()).Get(path) }
