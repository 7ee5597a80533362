//go:build chaos

package events_test

import (
	"fmt"
	"sync"
)

// step is a change that a client asked for. Its mark is in no other of the ticket: the subject that was given, or the text of the
// reply; a ticket is opened once, closed in turn with being replied to, and deleted last.
type step struct {
	verb, mark   string
	tried        bool
	acknowledged bool
	again        int // how often it was sent once more without an Idempotency-Key, so may have been carried out once more
}

// ledger is what the clients know by themselves, by the ticket's first subject. It grows while a fault lasts.
type ledger struct {
	mu      sync.Mutex
	tickets map[string]*record
	tries   int // requests sent
	failed  int // of them without a good answer
}

// record is the life of one ticket as its only writer knows it.
type record struct {
	id    string // once the ticket is there
	steps []*step
}

func newLedger() *ledger { return &ledger{tickets: map[string]*record{}} }

// ask notes a change before its first request is sent.
func (l *ledger) ask(ticket, verb, mark string) *step {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.tickets[ticket]
	if r == nil {
		r = &record{}
		l.tickets[ticket] = r
	}
	s := &step{verb: verb, mark: mark}
	r.steps = append(r.steps, s)
	return s
}

// try counts a request.
func (l *ledger) try(s *step, keyless bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tries++
	if s.tried && keyless {
		s.again++
	}
	s.tried = true
}

// fail counts one that had no good answer.
func (l *ledger) fail() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed++
}

func (l *ledger) acknowledge(ticket, id string, s *step) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.acknowledged = true
	l.tickets[ticket].id = id
}

// requests are how many were sent, and how many of them failed.
func (l *ledger) requests() (tries, failed int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tries, l.failed
}

// heard is an event as far as it matters here.
type heard struct {
	ticket, verb string
	sequence     int
	subject      string // of the ticket, or the user's name, with the event's change
	message      string
}

// marks are what a step that this event announces may be known by.
func (h heard) step() (verb, mark string) {
	switch h.verb {
	case "replied", "reopened":
		return "reply", h.message
	case "created", "updated", "registered":
		return h.verb, h.subject
	default:
		return h.verb, ""
	}
}

// audit is how what was acknowledged and what was announced differ. All but the first two must be 0.
type audit struct {
	Changes, Events int
	Silent          int // acknowledged changes without an event
	Unfounded       int // events without a change, or a second one for it
	Disordered      int // events whose sequence is not the one after that before it
	Stale           int // tickets that are not as their last event says
	Twice           int // events that a consumer was handed twice
	Unheard         int // events that it was not handed, or not in the stream's order
}

func (a *audit) plus(b audit) {
	a.Changes, a.Events = a.Changes+b.Changes, a.Events+b.Events
	a.Silent, a.Unfounded, a.Disordered = a.Silent+b.Silent, a.Unfounded+b.Unfounded, a.Disordered+b.Disordered
	a.Stale, a.Twice, a.Unheard = a.Stale+b.Stale, a.Twice+b.Twice, a.Unheard+b.Unheard
}

func (a audit) wrong() int {
	return a.Silent + a.Unfounded + a.Disordered + a.Stale + a.Twice + a.Unheard
}

func (a audit) String() string {
	return fmt.Sprintf("%d changes acknowledged, %d events; silent %d, unfounded %d, out of order %d, stale %d, handed over twice %d, not handed over %d",
		a.Changes, a.Events, a.Silent, a.Unfounded, a.Disordered, a.Stale, a.Twice, a.Unheard)
}

// compare takes the stream's events in its order, which may hold those of other clients.
func (l *ledger) compare(stream []heard) (a audit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lives := map[string][]heard{}
	for _, h := range stream {
		lives[h.ticket] = append(lives[h.ticket], h)
	}
	bySubject := map[string]string{} // of tickets whose opening was never acknowledged
	for id, life := range lives {
		bySubject[life[0].subject] = id
	}
	for subject, r := range l.tickets {
		id := r.id
		if id == "" {
			id = bySubject[subject]
		}
		a.add(r, lives[id])
		delete(lives, id)
	}
	for _, life := range lives {
		a.Unfounded += len(life)
	}
	return a
}

// add is the audit of one ticket.
func (a *audit) add(r *record, life []heard) {
	a.Events += len(life)
	found := map[step]int{}
	for i, h := range life {
		if h.sequence != i+1 {
			a.Disordered++
		}
		verb, mark := h.step()
		found[step{verb: verb, mark: mark}]++
	}
	for _, s := range r.steps {
		key := step{verb: s.verb, mark: s.mark}
		switch {
		case found[key] > 0:
			found[key]--
		case s.acknowledged:
			a.Silent++
		}
		if s.acknowledged {
			a.Changes++
		}
	}
	for _, s := range r.steps {
		key := step{verb: s.verb, mark: s.mark}
		found[key] -= min(found[key], s.again)
	}
	for _, left := range found {
		a.Unfounded += left
	}
}
