package storetest

import (
	"testing"
	"time"

	"crm.example/pkg/membertest"
	"crm.example/services/auth/internal/account"
)

// elsewhere are the members of a user that a store does not give back.
var elsewhere = membertest.Elsewhere{
	"Events":    "they are the outbox's until they are published",
	"DeletedAt": "a deleted user is not found",
}

// filled is a user with every member set, with no event waiting.
func filled(seed int) (u account.User) {
	membertest.Fill(&u, seed)
	u.Role, u.DeletedAt, u.Events = account.RoleAgent, time.Time{}, nil
	return u
}

// Every member that a user has comes back, whichever way it went there and is read.
func everyMemberOfAUser(t *testing.T, open Open) {
	s, want := open(t), filled(1)
	must(t, s.CreateUser(t.Context(), want))
	want.Version = 1
	everyUser(t, s, "created", want)

	updated := got[account.User](t)(s.UpdateUser(t.Context(), want.ID, func(u *account.User) error {
		membertest.Same(t, "given to a change", *u, want, elsewhere)
		u.Name = "Another"
		return nil
	}))
	want.Version, want.Name = 2, "Another"
	membertest.Same(t, "after an update of the name", updated, want, elsewhere)
	everyUser(t, s, "found after an update of the name", want)

	other := filled(2)
	other.ID, other.Version, other.Role = want.ID, 3, account.RoleClient
	updated = got[account.User](t)(s.UpdateUser(t.Context(), want.ID, func(u *account.User) error { *u = other; return nil }))
	membertest.Same(t, "changed", updated, other, elsewhere)
	everyUser(t, s, "found after a change", other)

	restored := filled(3)
	must(t, s.RestoreUser(t.Context(), restored))
	membertest.Same(t, "restored", got[account.User](t)(s.UserByID(t.Context(), restored.ID)), restored, elsewhere)
}

// everyUser checks each way in which the one user of a store is read.
func everyUser(t *testing.T, s Store, what string, want account.User) {
	t.Helper()
	membertest.Same(t, what+", by id", got[account.User](t)(s.UserByID(t.Context(), want.ID)), want, elsewhere)
	membertest.Same(t, what+", by email", got[account.User](t)(s.UserByEmail(t.Context(), want.Email)), want, elsewhere)
	for way, list := range map[string][]account.User{
		"to be revoked": got[[]account.User](t)(s.UsersPendingRevocation(t.Context(), 10)),
		"exported":      got[[]account.User](t)(s.UsersAfter(t.Context(), "", 10)),
	} {
		if len(list) != 1 {
			t.Fatalf("%s: %d users are %s", what, len(list), way)
		}
		membertest.Same(t, what+", "+way, list[0], want, elsewhere)
	}
}

func everyMemberOfASession(t *testing.T, open Open) {
	s := open(t)
	var want, other account.Session
	membertest.Fill(&want, 1)
	membertest.Fill(&other, 2)
	must(t, s.CreateSession(t.Context(), want))
	want.Version = 1
	everySession(t, s, "created", want)

	updated := got[account.Session](t)(s.UpdateSession(t.Context(), want.ID, func(s *account.Session) error {
		membertest.Same(t, "given to a change", *s, want, nil)
		s.Repeats = 99
		return nil
	}))
	want.Version, want.Repeats = 2, 99
	membertest.Same(t, "after an update of the repeats", updated, want, nil)
	everySession(t, s, "found after an update of the repeats", want)

	other.ID, other.Version = want.ID, 3
	updated = got[account.Session](t)(s.UpdateSession(t.Context(), want.ID, func(s *account.Session) error { *s = other; return nil }))
	membertest.Same(t, "changed", updated, other, nil)
	everySession(t, s, "found after a change", other)
}

func everySession(t *testing.T, s Store, what string, want account.Session) {
	t.Helper()
	membertest.Same(t, what, got[account.Session](t)(s.SessionByID(t.Context(), want.ID)), want, nil)
	pending := got[[]account.Session](t)(s.SessionsPendingRevocation(t.Context(), 10))
	if len(pending) != 1 {
		t.Fatalf("%s: %d sessions are to be revoked", what, len(pending))
	}
	membertest.Same(t, what+", to be revoked", pending[0], want, nil)
}

func everyMemberOfARequest(t *testing.T, open Open) {
	s := open(t)
	var want account.ResetRequest
	membertest.Fill(&want, 1)
	want.ExpiresAt = want.DueAt.Add(time.Hour)
	must(t, s.AddResetRequest(t.Context(), want))
	now := want.DueAt
	for range 2 { // as it was stored, and as a claim left it
		want.DueAt, want.Attempts = now.Add(time.Minute), want.Attempts+1
		claimed := got[account.ResetRequest](t)(s.ClaimResetRequest(t.Context(), now, want.DueAt))
		membertest.Same(t, "claimed", claimed, want, nil)
		now = want.DueAt
	}
}

func everyMemberOfAKey(t *testing.T, open Open) {
	s := open(t)
	var want account.Key
	membertest.Fill(&want, 1)
	must(t, s.AddKey(t.Context(), want))
	kept := got[[]account.Key](t)(s.Keys(t.Context()))
	if len(kept) != 1 {
		t.Fatalf("%d keys", len(kept))
	}
	membertest.Same(t, "a key", kept[0], want, nil)
}
