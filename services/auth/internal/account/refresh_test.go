package account_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// The table of item 5 of the design: which generation, how long after the rotation, whether the successor was used.
func TestRefreshByGeneration(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		behind int // generations behind the newest
		after  time.Duration
		used   bool
		ok     bool
	}{
		{0, 0, false, true},
		{0, 20 * 24 * time.Hour, true, true},
		{1, 0, true, true},
		{1, 30 * time.Second, true, true},
		{1, 30*time.Second + time.Millisecond, true, false},
		{1, 30*time.Second + time.Millisecond, false, true},
		{1, 15 * time.Minute, false, true},
		{1, 15*time.Minute + time.Millisecond, false, false},
		{2, 0, false, false},
		{3, 0, true, false},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			s := newScene(t)
			s.client()
			chain := []account.Tokens{s.session()}
			for range 3 {
				s.clock = s.clock.Add(time.Hour)
				chain = append(chain, got[account.Tokens](t)(s.refreshWith(chain[len(chain)-1])))
			}
			newest := chain[3]
			if c.used && !s.counts(newest) {
				t.Fatal("the newest access JWT does not count")
			}
			s.clock = s.clock.Add(c.after)
			tokens, err := s.refreshWith(chain[3-c.behind])
			if c.ok {
				s.yields(t, tokens, err, 3+1-c.behind)
			} else {
				s.isDead(t, chain, err)
			}
		})
	}
}

func (s *scene) yields(t *testing.T, tokens account.Tokens, err error, generation int) {
	t.Helper()
	must(t, err)
	access, refresh := s.signer.access[tokens.AccessJWT], s.signer.refresh[tokens.RefreshJWT]
	if access.Generation != generation || refresh.Generation != generation || !s.counts(tokens) {
		t.Errorf("got generations %d and %d, want %d", access.Generation, refresh.Generation, generation)
	}
	got[account.Tokens](t)(s.refreshWith(tokens))
}

// isDead wants every token of the session dead, above all the successor's.
func (s *scene) isDead(t *testing.T, chain []account.Tokens, err error) {
	t.Helper()
	want(t, problem.SessionEnded, err)
	for i, tokens := range chain {
		if s.counts(tokens) {
			t.Errorf("access JWT of generation %d counts", i)
		}
		_, err := s.refreshWith(tokens)
		want(t, problem.SessionEnded, err)
	}
}

// Of many who refresh at once with the same token all get the next generation, and the session goes on.
func TestRefreshAtOnce(t *testing.T) {
	s := newScene(t)
	s.client()
	first := s.signer.refresh[s.session().RefreshJWT]
	signer := &lockedSigner{signer: s.signer}
	s.Signer = signer
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			tokens, err := s.Refresh(t.Context(), first)
			signer.mu.Lock()
			defer signer.mu.Unlock()
			if err != nil || s.signer.refresh[tokens.RefreshJWT].Generation != 1 {
				t.Errorf("got %+v, %v", s.signer.refresh[tokens.RefreshJWT], err)
			}
		})
	}
	group.Wait()
	if session := got[account.Session](t)(s.store.SessionByID(t.Context(), first.SessionID)); session.Generation != 1 {
		t.Errorf("the session is at generation %d", session.Generation)
	}
}

func TestRefreshReadsNameAndRole(t *testing.T) {
	s := newScene(t)
	u := s.client()
	tokens, name := s.session(), "Client Two"
	got[account.User](t)(s.UpdateProfile(t.Context(), u.ID, account.ProfileChange{Name: &name}))
	next := got[account.Tokens](t)(s.refreshWith(tokens))
	if access := s.signer.access[next.AccessJWT]; access.Name != name || next.User.Name != name {
		t.Errorf("the new access JWT says %s", access.Name)
	}
}

func TestRefreshOfWhatIsNotThere(t *testing.T) {
	s := newScene(t)
	u := s.client()
	token := s.signer.refresh[s.session().RefreshJWT]
	for name, change := range map[string]func(*account.RefreshToken){
		"unknown session":            func(r *account.RefreshToken) { r.SessionID = "other" },
		"somebody else's session":    func(r *account.RefreshToken) { r.UserID = "other" },
		"a generation still to come": func(r *account.RefreshToken) { r.Generation = 1 },
	} {
		other := token
		change(&other)
		if _, err := s.Refresh(t.Context(), other); !problem.Is(err, problem.RefreshInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	got[account.Tokens](t)(s.Refresh(t.Context(), token)) // and none of them ended it
	s.clock = s.clock.Add(account.SessionLifetime)
	_, err := s.Refresh(t.Context(), token)
	want(t, problem.RefreshInvalid, err)
	must(t, s.RemoveExpired(t.Context()))
	must(t, s.Logout(t.Context(), u.ID, token.SessionID))
}

// The session ends 30 days after login, and no access JWT outlives it.
func TestSessionEndIsFixed(t *testing.T) {
	s := newScene(t)
	s.client()
	first := s.session()
	end := s.clock.Add(account.SessionLifetime)
	s.clock = end.Add(-time.Minute)
	next := got[account.Tokens](t)(s.refreshWith(first))
	if access, refresh := s.signer.access[next.AccessJWT], s.signer.refresh[next.RefreshJWT]; next.ExpiresIn != time.Minute ||
		!access.ExpiresAt.Equal(end) || !refresh.ExpiresAt.Equal(end) {
		t.Errorf("a minute before its end it gave %+v and %+v", access, refresh)
	}
}

func TestLogout(t *testing.T) {
	s := newScene(t)
	u := s.client()
	tokens, other := s.session(), s.session()
	id := s.signer.access[tokens.AccessJWT].SessionID
	for range 2 {
		must(t, s.Logout(t.Context(), u.ID, id))
	}
	s.isDead(t, []account.Tokens{tokens}, problem.New(problem.SessionEnded, ""))
	if !s.counts(other) {
		t.Error("another session of the user ended too")
	}
	must(t, s.SweepRevocations(t.Context()))
	if left := got[[]account.Session](t)(s.store.SessionsPendingRevocation(t.Context(), 10)); len(left) != 0 {
		t.Errorf("after the sweep %+v are left", left)
	}
}

// With the registry down nothing changes; down only after the end was stored, the sweep finishes the work.
func TestLogoutInAnOutage(t *testing.T) {
	s := newScene(t)
	u := s.client()
	tokens, up := s.session(), s.Registry
	id := s.signer.access[tokens.AccessJWT].SessionID
	s.Registry = &downRegistry{up, 0}
	want(t, problem.Unavailable, s.Logout(t.Context(), u.ID, id))
	s.Registry = up
	if session := got[account.Session](t)(s.store.SessionByID(t.Context(), id)); !session.EndedAt.IsZero() || !s.counts(tokens) {
		t.Errorf("an outage left %+v", session)
	}
	s.Registry = &downRegistry{up, 1}
	want(t, problem.Unavailable, s.Logout(t.Context(), u.ID, id))
	want(t, problem.Unavailable, s.SweepRevocations(t.Context()))
	s.Registry = up
	must(t, up.Register(t.Context(), s.signer.access[tokens.AccessJWT])) // as if a refresh had done it in between
	must(t, s.SweepRevocations(t.Context()))
	if s.counts(tokens) {
		t.Error("the access JWT counts after the sweep")
	}
}

// After an import every user waits for it; the service is ready after one sweep.
func TestSweepLeavesNothing(t *testing.T) {
	s := newScene(t)
	for i := range 401 {
		u := account.User{ID: s.newID(), Name: "Client", Email: fmt.Sprintf("client%d@example.com", i), Role: account.RoleClient, Version: 1, Sequence: 1}
		u.Move(s.clock)
		must(t, s.store.RestoreUser(t.Context(), u))
	}
	must(t, s.SweepRevocations(t.Context()))
	if left := got[[]account.User](t)(s.store.UsersPendingRevocation(t.Context(), 500)); len(left) != 0 {
		t.Errorf("%d users still wait", len(left))
	}
}

func TestGrantRole(t *testing.T) {
	s := newScene(t)
	u := s.client()
	tokens := s.session()
	for range 2 {
		got[account.User](t)(s.GrantRole(t.Context(), "Client@example.com", account.RoleAgent))
	}
	if s.counts(tokens) {
		t.Error("an access JWT with the old role counts")
	}
	_, err := s.refreshWith(tokens)
	want(t, problem.SessionEnded, err)
	if access := s.signer.access[s.session().AccessJWT]; access.Role != account.RoleAgent {
		t.Errorf("the new role is %s", access.Role)
	}
	if got := s.verbs(); len(got) != 2 || got[1] != "crm.user.role-changed."+u.ID {
		t.Errorf("announced %v", got)
	}
	_, err = s.GrantRole(t.Context(), "nobody@example.com", account.RoleAgent)
	want(t, problem.NotFound, err)
	if _, err = s.GrantRole(t.Context(), "client@example.com", "owner"); err == nil {
		t.Error("an unknown role was granted")
	}
}

// A role that was granted, but whose last revocation failed, is not granted until that is done.
func TestGrantRoleInAnOutage(t *testing.T) {
	s := newScene(t)
	s.client()
	tokens, up := s.session(), s.Registry
	for range 2 {
		s.Registry = &downRegistry{up, 1}
		_, err := s.GrantRole(t.Context(), "client@example.com", account.RoleAgent)
		want(t, problem.Unavailable, err)
	}
	must(t, up.Register(t.Context(), s.signer.access[tokens.AccessJWT])) // as if a refresh had done it in between
	s.Registry = up
	got[account.User](t)(s.GrantRole(t.Context(), "client@example.com", account.RoleAgent))
	if s.counts(tokens) {
		t.Error("an access JWT with the old role counts")
	}
}

// A sweep that is overtaken by the next epoch leaves its mark alone.
func TestSweepClearsItsOwnMarkOnly(t *testing.T) {
	s := newScene(t)
	u := s.client()
	got[account.User](t)(s.GrantRole(t.Context(), "client@example.com", account.RoleAgent))
	s.Registry = &overtaken{s.Registry, func() {
		_, err := s.store.UpdateUser(t.Context(), u.ID, func(u *account.User) error { u.SessionEpoch++; return nil })
		must(t, err)
	}}
	must(t, s.SweepRevocations(t.Context()))
	if u := got[account.User](t)(s.Profile(t.Context(), u.ID)); !u.RevocationPending {
		t.Error("the mark of an epoch that was not revoked is gone")
	}
}

func TestProfile(t *testing.T) {
	s := newScene(t)
	u := s.client()
	company, none := "Example", ""
	s.clock = s.clock.Add(time.Minute)
	changed := got[account.User](t)(s.UpdateProfile(t.Context(), u.ID, account.ProfileChange{Company: &company}))
	s.clock = s.clock.Add(time.Minute)
	same := got[account.User](t)(s.UpdateProfile(t.Context(), u.ID, account.ProfileChange{Company: &company, Phone: &none}))
	if changed.Company != company || !same.UpdatedAt.Equal(changed.UpdatedAt) || same.Version != changed.Version || len(s.verbs()) != 2 {
		t.Errorf("changed to %+v and then to %+v, announced %v", changed, same, s.verbs())
	}
	cleared := got[account.User](t)(s.UpdateProfile(t.Context(), u.ID, account.ProfileChange{Company: &none}))
	if cleared.Company != "" || cleared.Sequence != 3 {
		t.Errorf("cleared to %+v", cleared)
	}
}
