package account_test

import (
	"fmt"
	"slices"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// A change ends every session but the one that it begins, and a PIN for the old password is of no use any more.
func TestChangePassword(t *testing.T) {
	s := newScene(t)
	u := s.client()
	mine, elsewhere, pin := s.session(), s.session(), s.pin()
	tokens := got[account.Tokens](t)(s.change(u, "right horse", "another horse"))
	if !s.counts(tokens) || tokens.User.ID != u.ID {
		t.Errorf("the new session: %+v", tokens)
	}
	got[account.Tokens](t)(s.refreshWith(tokens))
	s.isDead(t, []account.Tokens{mine, elsewhere}, problem.New(problem.SessionEnded, ""))
	_, old := s.login("right horse")
	want(t, problem.WrongCredentials, old)
	got[account.Tokens](t)(s.login("another horse"))
	want(t, problem.PINInvalid, s.reset(pin, "third horse"))
	if got := s.verbs(); !slices.Equal(got[1:], []string{"crm.user.password-changed." + u.ID}) {
		t.Errorf("announced %v", got)
	}
}

// Everything that is wrong is said at once, and a wrong password is one of the failures that login counts.
func TestChangesThatAreRefused(t *testing.T) {
	s := newScene(t)
	u := s.client()
	tokens := s.session()
	for in, answer := range map[account.PasswordChange]string{
		{Password: "a\x00", NewPassword: "short"}:                  "[/newPassword too-short /password invalid]",
		{Password: "right horse", NewPassword: "password"}:         "[/newPassword common-password]",
		{Password: "right horse", NewPassword: "a horse\x00horse"}: "[/newPassword invalid]",
		{Password: "right horse", NewPassword: u.Email}:            "[/newPassword common-password]",
		{Password: "wrong horse", NewPassword: "another horse"}:    "[/password invalid]",
	} {
		if _, err := s.change(u, in.Password, in.NewPassword); fmt.Sprint(codes(err)) != answer {
			t.Errorf("%+v: %v, want %s", in, err, answer)
		}
	}
	for range 9 {
		_, err := s.login("wrong horse")
		want(t, problem.WrongCredentials, err)
	}
	_, err := s.change(u, "right horse", "another horse")
	want(t, problem.RateLimited, err)
	_, err = s.change(account.User{ID: "nobody"}, "right horse", "another horse")
	want(t, problem.NotFound, err)
	if !s.counts(tokens) || len(s.verbs()) != 1 {
		t.Error("what was refused changed something")
	}
}

// A hash that a login has made anew meanwhile is of the same password; one that a reset has made is not.
func TestChangeWithAPasswordThatHasJustChanged(t *testing.T) {
	s := newScene(t)
	u, cheap := s.client(), hasher{cost: "1", salt: s.newID}
	must(t, second(s.store.UpdateUser(t.Context(), u.ID, func(u *account.User) (err error) {
		u.PasswordHash, err = cheap.Hash(t.Context(), address, "right horse")
		return err
	})))
	got[account.Tokens](t)(s.change(u, "right horse", "another horse"))
	pin := s.pin()
	s.Hasher = &overtakenHasher{Hasher: s.Hasher, then: func() { must(t, s.reset(pin, "third horse")) }}
	_, err := s.change(u, "another horse", "fourth horse")
	want(t, problem.InvalidInput, err)
	got[account.Tokens](t)(s.login("third horse"))
}

func second[T any](_ T, err error) error { return err }

// Without the registry nothing changes.
func TestChangeWhileTheRegistryIsDown(t *testing.T) {
	s := newScene(t)
	u := s.client()
	tokens := s.session()
	s.Registry = &downRegistry{Registry: s.Registry}
	_, err := s.change(u, "right horse", "another horse")
	want(t, problem.Unavailable, err)
	if !s.counts(tokens) || s.user().PasswordHash != u.PasswordHash {
		t.Error("something changed")
	}
}
