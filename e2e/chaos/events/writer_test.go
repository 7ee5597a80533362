//go:build chaos

package events_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"crm.example/e2e/crm"
)

// How a writer asks: a request that has no answer by then is sent again, with the same Idempotency-Key where the contract has one.
const (
	patience  = 5 * time.Second
	pause     = 25 * time.Millisecond // after a failure
	thinking  = 60 * time.Millisecond // at most, between two changes
	longest   = 10                    // changes of a ticket
	abandoned = 60 * time.Second      // when a writer gives up; the step stays unacknowledged
)

var errAbandoned = errors.New("no good answer")

// writer opens tickets and changes them, one request after the other. Nobody else changes its tickets, so that it knows their lives.
type writer struct {
	doors  []string // base URLs; each try takes one
	person *person
	ledger *ledger
	name   string // in its subjects and texts
	http   *http.Client
	n      int

	refused func(error) // hears of an answer that nothing explains
}

// run leads one life after the other until ctx ends, and finishes the change under way.
func (w *writer) run(ctx context.Context, life func(context.Context) error) {
	for ctx.Err() == nil {
		if err := life(ctx); err != nil {
			w.refused(err)
			return
		}
	}
}

func (w *writer) mark(what string) string {
	w.n++
	return fmt.Sprintf("%s %s %d", w.name, what, w.n)
}

// life is that of one ticket.
func (w *writer) life(ctx context.Context) error {
	subject := w.mark("ticket")
	opened, err := w.insist(subject, "created", subject, http.MethodPost, "/v1/ticket", crm.Fields{"subject": subject, "message": "First."})
	if err != nil {
		return err
	}
	path, closed := "/v1/ticket/"+opened.ID, false
	for range rand.N(longest) {
		if ctx.Err() != nil {
			return nil
		}
		time.Sleep(rand.N(thinking))
		if closed, err = w.change(subject, path, opened.ID, closed); err != nil {
			return err
		}
	}
	if rand.N(3) == 0 {
		_, err = w.insist(subject, "deleted", "", http.MethodDelete, path, nil)
	}
	return err
}

// change makes one of three changes; a closed ticket is not closed again, which would change nothing.
func (w *writer) change(ticket, path, id string, closed bool) (bool, error) {
	switch n := rand.N(4); {
	case n == 0 && !closed:
		_, err := w.insist(ticket, "closed", "", http.MethodPatch, "/v1/ticket/close-ticket/"+id, nil)
		return true, err
	case n == 1:
		subject := w.mark("renamed")
		_, err := w.insist(ticket, "updated", subject, http.MethodPut, path, crm.Fields{"subject": subject})
		return closed, err
	default:
		text := w.mark("reply")
		_, err := w.insist(ticket, "reply", text, http.MethodPut, path, crm.Fields{"message": text})
		return false, err
	}
}

// insist sends a request until it has a good answer.
func (w *writer) insist(ticket, verb, mark, method, path string, body crm.Fields) (t crm.Ticket, err error) {
	s := w.ledger.ask(ticket, verb, mark)
	key := ""
	if verb == "created" || verb == "reply" { // what the contract takes a key for
		key = fmt.Sprintf("%s-%d", w.person.User.ID[24:], rand.Uint64())
	}
	for begun := time.Now(); time.Since(begun) < abandoned; time.Sleep(pause) {
		w.ledger.try(s, key == "")
		status, err := w.send(method, path, key, body, &t)
		switch {
		case err == nil && status < 300, status == http.StatusNotFound && verb == "deleted", status == http.StatusConflict && verb == "registered": // by a try before
			if t.ID == "" {
				_, t.ID, _ = strings.Cut(path, "/v1/ticket/")
			}
			w.ledger.acknowledge(ticket, t.ID, s)
			return t, nil
		case status == http.StatusForbidden:
			w.person.renew()
		case status != 0 && status < 500:
			return t, fmt.Errorf("%s %s: status %d", method, path, status)
		default:
			w.ledger.fail()
		}
	}
	return t, fmt.Errorf("%s %s: %w in %s", method, path, errAbandoned, abandoned)
}

// send is one try; the status is 0 if there was no answer.
func (w *writer) send(method, path, key string, body crm.Fields, out any) (status int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var reader io.Reader = http.NoBody
	if body != nil {
		text, _ := json.Marshal(body)
		reader = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, w.doors[rand.N(len(w.doors))]+path, reader)
	if err != nil {
		return 0, err
	}
	if token := w.person.token(); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := w.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode < 300 && len(answer) > 0 {
		err = json.Unmarshal(answer, out)
	}
	return res.StatusCode, err
}
