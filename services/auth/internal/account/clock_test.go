package account_test

import (
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// Mails that went out while the clock was days ahead are not among those of the last hour; those of a clock that is a little
// ahead are.
func TestMailsOfAClockThatWasAhead(t *testing.T) {
	for name, c := range map[string]struct {
		ahead time.Duration
		mails int
	}{
		"five days":   {5 * 24 * time.Hour, 5},
		"two minutes": {2 * time.Minute, 5},
		"a minute":    {time.Minute, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.client()
			s.clock = s.clock.Add(c.ahead)
			for range 5 {
				s.pin()
			}
			s.clock = s.clock.Add(-c.ahead)
			for range 6 {
				must(t, s.RequestReset(t.Context(), address, "client@example.com"))
			}
			s.deliver()
			if n := len(s.mails) - 5; n != c.mails {
				t.Errorf("%d mails were sent in the hour after the clock was set right, want %d", n, c.mails)
			}
		})
	}
}

// A PIN counts for ten minutes, not until a time that was wrong has come.
func TestPINOfAClockThatWasAhead(t *testing.T) {
	s := newScene(t)
	s.client()
	start := s.clock
	s.clock = start.Add(5 * 24 * time.Hour)
	pin := s.pin()
	s.clock = start.Add(time.Hour)
	want(t, problem.PINInvalid, s.reset(pin, "another horse"))
	s.clock = start.Add(2 * time.Hour)
	pin = s.pin()
	s.clock = s.clock.Add(-account.ClockLeeway) // another server's, which is right enough
	must(t, s.reset(pin, "another horse"))
}

// Failures at a PIN that were counted while the clock was days ahead keep nobody out until then.
func TestFailuresOfAClockThatWasAhead(t *testing.T) {
	s := newScene(t)
	s.client()
	start := s.clock
	s.clock = start.Add(5 * 24 * time.Hour)
	want(t, problem.PINInvalid, s.reset(other(s.pin()), "another horse"))
	s.clock = start
	must(t, s.reset(s.pin(), "another horse"))
}

// A session that was refreshed by a clock ahead of ours is no stolen one. Within the leeway it goes on; beyond, its client
// keeps what it has.
func TestSessionOfAClockThatWasAhead(t *testing.T) {
	s := newScene(t)
	s.client()
	first := s.session()
	start := s.clock
	s.clock = start.Add(time.Hour)
	second := got[account.Tokens](t)(s.refreshWith(first))
	for _, back := range []time.Duration{10 * time.Second, account.ClockLeeway} {
		s.clock = start.Add(time.Hour - back)
		got[account.Tokens](t)(s.refreshWith(first)) // a lost answer
	}
	for _, back := range []time.Duration{2 * time.Minute, time.Hour} {
		s.clock = start.Add(time.Hour - back)
		for _, of := range []account.Tokens{first, second} {
			_, err := s.refreshWith(of)
			want(t, problem.Unavailable, err)
		}
	}
	s.clock = start.Add(time.Hour)
	got[account.Tokens](t)(s.refreshWith(second))
}

// A server that boots ten minutes behind lets people log in, refresh and reset; when its clock is set right they go on.
func TestServerThatBootsBehind(t *testing.T) {
	s := newScene(t)
	s.client()
	start := s.clock
	s.clock = start.Add(-10 * time.Minute)
	tokens := got[account.Tokens](t)(s.refreshWith(s.session()))
	pin := s.pin()
	s.clock = start
	tokens = got[account.Tokens](t)(s.refreshWith(tokens))
	want(t, problem.PINInvalid, s.reset(pin, "another horse")) // its ten minutes are over
	must(t, s.reset(s.pin(), "another horse"))
	_, err := s.refreshWith(tokens)
	want(t, problem.SessionEnded, err)
}
