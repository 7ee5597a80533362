package account_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// watchLocks notes the locks of a scene.
func watchLocks(s *scene) func() []string {
	var mu sync.Mutex
	var locks []string
	s.Locked = func(userID string, by account.Lock, lasts time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		locks = append(locks, fmt.Sprint(userID, " ", by, " ", lasts.Round(time.Minute)))
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(locks)
	}
}

// The failure that closes an account is told of once, and nobody's account is none.
func TestLockOfLogins(t *testing.T) {
	s := newScene(t)
	u, locks := s.client(), watchLocks(s)
	for range 9 {
		_, err := s.login("wrong horse")
		want(t, problem.WrongCredentials, err)
	}
	got[account.Tokens](t)(s.login("right horse"))
	if got := locks(); len(got) != 0 {
		t.Errorf("locked by nine failures: %q", got)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { _, _ = s.login("wrong horse") })
		group.Go(func() { _, _ = s.Login(t.Context(), "192.0.2.2", "nobody@example.com", "wrong horse") })
	}
	group.Wait()
	for range 4 {
		_, _ = s.Login(t.Context(), "192.0.2.2", "nobody@example.com", "wrong horse")
	}
	if got := locks(); !slices.Equal(got, []string{u.ID + " login 15m0s"}) {
		t.Errorf("locks %q", got)
	}
}

func TestLockOfResets(t *testing.T) {
	s := newScene(t)
	u, locks := s.client(), watchLocks(s)
	s.Limits.ResetPerAddress, s.Limits.MailsPerHour = 1e6, 1e6
	for range 21 {
		pin := s.pin()
		for range 5 {
			want(t, problem.PINInvalid, s.reset(other(pin), "another horse"))
		}
	}
	if got := locks(); !slices.Equal(got, []string{u.ID + " reset 14m0s"}) {
		t.Errorf("locks %q", got)
	}
}
