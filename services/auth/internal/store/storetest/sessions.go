package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

func sessionComesBackAsStored(t *testing.T, open Open) {
	s, want := open(t), session("s1", "u1")
	must(t, s.CreateSession(t.Context(), want))
	want.Version = 1
	if found := got[account.Session](t)(s.SessionByID(t.Context(), "s1")); found != want {
		t.Errorf("stored\n%+v, found\n%+v", want, found)
	}
	want.EndedAt, want.RevocationPending, want.Version = at.Add(time.Minute), true, 2
	updated := got[account.Session](t)(s.UpdateSession(t.Context(), "s1", func(s *account.Session) error {
		s.EndedAt, s.RevocationPending = want.EndedAt, true
		return nil
	}))
	if found := got[account.Session](t)(s.SessionByID(t.Context(), "s1")); found != want || updated != want {
		t.Errorf("updated to\n%+v, told\n%+v, found\n%+v", want, updated, found)
	}
}

func missingSession(t *testing.T, open Open) {
	s := open(t)
	_, byID := s.SessionByID(t.Context(), "s1")
	_, update := s.UpdateSession(t.Context(), "s1", func(*account.Session) error { return errors.New("change was called") })
	for _, err := range []error{byID, update} {
		if !problem.Is(err, problem.NotFound) {
			t.Errorf("a session that is not there: %v", err)
		}
	}
}

func oneRotationWins(t *testing.T, open Open) {
	stores := []Store{open(t), open(t)}
	must(t, stores[0].CreateSession(t.Context(), session("s1", "u1")))
	won, late := 0, errors.New("another was faster")
	for _, err := range parallel(32, func(i int) error {
		_, err := stores[i%2].UpdateSession(t.Context(), "s1", func(s *account.Session) error {
			if s.Generation != 3 {
				return late
			}
			s.Generation++
			return nil
		})
		return err
	}) {
		if err == nil {
			won++
		} else if !errors.Is(err, late) {
			t.Error(err)
		}
	}
	if s := got[account.Session](t)(stores[1].SessionByID(t.Context(), "s1")); won != 1 || s.Generation != 4 {
		t.Errorf("%d of 32 rotated, to generation %d", won, s.Generation)
	}
}

func sessionsPendingRevocation(t *testing.T, open Open) {
	s := open(t)
	for i := range 5 {
		must(t, s.CreateSession(t.Context(), session(fmt.Sprint("s", i), "u1")))
	}
	for i := range 3 {
		_, err := s.UpdateSession(t.Context(), fmt.Sprint("s", i), func(s *account.Session) error {
			s.EndedAt, s.RevocationPending = at, true
			return nil
		})
		must(t, err)
	}
	all := got[[]account.Session](t)(s.SessionsPendingRevocation(t.Context(), 10))
	two := got[[]account.Session](t)(s.SessionsPendingRevocation(t.Context(), 2))
	if len(all) != 3 || len(two) != 2 {
		t.Errorf("3 are pending, found %d, and %d of the first 2", len(all), len(two))
	}
}

func expiredIsRemoved(t *testing.T, open Open) {
	s := open(t)
	for i, expires := range []time.Time{at, at.Add(time.Millisecond)} {
		old := session(fmt.Sprint("s", i), "u1")
		old.ExpiresAt = expires
		must(t, s.CreateSession(t.Context(), old))
		r := request(fmt.Sprint("r", i), at.Add(-time.Hour))
		r.ExpiresAt = expires
		must(t, s.AddResetRequest(t.Context(), r))
	}
	must(t, s.RemoveExpired(t.Context(), at))
	_, over := s.SessionByID(t.Context(), "s0")
	_, alive := s.SessionByID(t.Context(), "s1")
	if !problem.Is(over, problem.NotFound) || alive != nil {
		t.Errorf("the expired session: %v, the other: %v", over, alive)
	}
	r := got[account.ResetRequest](t)(s.ClaimResetRequest(t.Context(), at.Add(-time.Minute), at))
	if r.ID != "r1" {
		t.Errorf("the request left is %s", r.ID)
	}
}
