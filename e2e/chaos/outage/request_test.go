//go:build chaos

package outage_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"crm.example/e2e/chaos/outage"
	"crm.example/e2e/contract"
)

// request is what a probe sends; a nil one has nothing left to ask.
type request struct {
	method, path, token, key string
	body                     any
}

// answer is a whole one.
type answer struct {
	status int
	code   string // of a problem
	body   []byte
	sent   time.Time
	took   time.Duration
}

func (a answer) String() string {
	return fmt.Sprintf("%d in %.3f s: %.300s", a.status, a.took.Seconds(), a.body)
}

var connections = &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}

// ask sends the request to the gateway, where it is held against the contract, or to a service.
// Of the live feed, which does not end, it reads the beginning.
func (s *suite) ask(t *testing.T, of outage.Route, in request) (a answer, ok bool) {
	base, transport := s.BaseURL, http.RoundTripper(&contract.Transport{Contract: s.Contract, Next: connections, Report: func(err error) { t.Error(err) }})
	if of.Of != "" {
		base = s.Service(of.Of, 0).BaseURL()
	}
	if of.Of != "" || of.Feed {
		transport = connections
	}
	r, err := in.request(base)
	if err != nil {
		t.Error(err)
		return a, false
	}
	a.sent = time.Now()
	res, err := (&http.Client{Transport: transport, Timeout: 40 * time.Second}).Do(r)
	if err != nil {
		t.Errorf("%s %s has no answer: %v", in.method, in.path, err)
		return a, false
	}
	defer res.Body.Close()
	if of.Feed && res.StatusCode == http.StatusOK {
		a.body, err = bufio.NewReader(res.Body).ReadBytes('\n')
	} else {
		a.body, err = io.ReadAll(res.Body)
	}
	a.took, a.status = time.Since(a.sent), res.StatusCode
	var p struct{ Code string }
	if a.status >= 400 && json.Unmarshal(a.body, &p) == nil {
		a.code = p.Code
	}
	return a, err == nil
}

func (in request) request(base string) (*http.Request, error) {
	var body io.Reader = http.NoBody
	if in.body != nil {
		text, err := json.Marshal(in.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequest(in.method, base+in.path, body)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"Authorization": in.token, "Idempotency-Key": in.key} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if in.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, nil
}
