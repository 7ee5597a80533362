//go:build chaos

package outage_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"crm.example/e2e/chaos/outage"
)

const (
	slack     = 3 * time.Second       // for one answer of a busy machine, over what is stated
	pause     = time.Second           // between two requests of one probe
	apart     = 20 * time.Millisecond // between the first requests of two probes: this is no test of load
	pollPause = 100 * time.Millisecond
	tolerated = 0.01 // of the answers without a fault may be 503: the machine was too busy for a timeout of 100 ms
	patience  = 10 * time.Second
)

// during asks until the fault has lasted, at least twice, and wants what the cell says. What the machine was too busy for
// is asked again, but not for ever: once at least it must be answered.
func (s *suite) during(t *testing.T, cell outage.Cell, p *probe, until time.Time) {
	held := false
	for n := 0; n < 2 || time.Now().Before(until) || !held && time.Now().Before(until.Add(patience)); n++ {
		in := p.next()
		if in == nil {
			return
		}
		a, ok := s.ask(t, p.route, *in)
		if !ok {
			return
		}
		excused, usual := p.excuse(a), p.learn(a)
		busy, last := s.busy(cell, a), time.Now().After(until.Add(patience-pause))
		if !excused && (!busy || last) {
			s.hold(t, cell, a, usual)
			held = true
		}
		time.Sleep(pause)
	}
}

// hold wants of the answer what the cell says. A usual one may be another than the route's own: to a request that was
// done already, when its answer was lost.
func (s *suite) hold(t *testing.T, cell outage.Cell, a answer, usual bool) {
	stated := cell.State()
	if !slices.Contains(stated.Status, a.status) && !(usual && slices.Contains(stated.Status, cell.Route.Success)) {
		t.Errorf("%s (revoked token: %v) with %s %s: %s; stated is %v", cell.Route.Title(), cell.Revoked, cell.Engine, cell.Kind, a, stated.Status)
	}
	if a.status == http.StatusServiceUnavailable && a.code != "unavailable" || cell.Revoked && a.status == http.StatusForbidden && a.code != "token-revoked" {
		t.Errorf("%s with %s %s: code %s", cell.Route.Title(), cell.Engine, cell.Kind, a.code)
	}
	if a.took > stated.Within+slack {
		t.Errorf("%s with %s %s took %s; stated is %s", cell.Route.Title(), cell.Engine, cell.Kind, a.took, stated.Within)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.Answers[cell] = max(s.seen.Answers[cell], a.took)
	s.took[cell] = append(s.took[cell], a.took)
}

// busy tells that the machine had no time for an answer that no fault has a part in. It is counted, and asked for again.
func (s *suite) busy(cell outage.Cell, a answer) bool {
	if slices.Contains(cell.State().Status, http.StatusServiceUnavailable) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if a.status != http.StatusServiceUnavailable {
		return false
	}
	s.denied++
	return true
}

// wantFewDenied wants the default timeouts to be enough where nothing is wrong, if the machine kept its own clock.
func (s *suite) wantFewDenied(t *testing.T) {
	t.Helper()
	share, late := float64(s.denied)/float64(s.asked), s.clock.late()
	t.Logf("%d of %d answers without a fault were 503 for want of time; %.1f %% of the ticks of this test's own clock were late", s.denied, s.asked, 100*late)
	switch {
	case share <= tolerated:
	case late > tolerated:
		t.Log("NOT TESTED: that a timeout of 100 ms is enough: the machine was too busy")
	default:
		t.Errorf("that is more than %.0f %%", 100*tolerated)
	}
}

// recovers wants the usual answer within 5 s after the fault, and to no request that was sent later.
func (s *suite) recovers(t *testing.T, f outage.Fault, p *probe, ended time.Time) {
	for {
		in := p.next()
		if in == nil {
			return
		}
		a, ok := s.ask(t, p.route, *in)
		if !ok {
			return
		}
		excused, usual := p.excuse(a), p.learn(a)
		switch {
		case usual:
			took := a.sent.Add(a.took).Sub(ended)
			if took > outage.Recovery+slack {
				t.Errorf("%s (revoked token: %v) gave its usual answer %s after the fault", p.route.Title(), p.revoked, took)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			s.recovered[f] = append(s.recovered[f], took)
			return
		case a.sent.Sub(ended) > outage.Recovery:
			t.Errorf("%s (revoked token: %v) has not recovered %s after the fault: %s", p.route.Title(), p.revoked, outage.Recovery, a)
			return
		case a.status != http.StatusServiceUnavailable && !excused:
			t.Errorf("%s (revoked token: %v) after the fault: %s", p.route.Title(), p.revoked, a)
			return
		}
		time.Sleep(pollPause)
	}
}
