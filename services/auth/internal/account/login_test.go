package account_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

func TestSignUpAndLogin(t *testing.T) {
	s := newScene(t)
	u := s.client()
	if u.Email != "client@example.com" || u.Role != account.RoleClient || !u.CreatedAt.Equal(s.clock) {
		t.Errorf("signed up as %+v", u)
	}
	_, err := s.SignUp(t.Context(), address, account.SignUp{Email: "CLIENT@example.com", Password: "another horse"})
	want(t, problem.EmailTaken, err)

	tokens := got[account.Tokens](t)(s.Login(t.Context(), address, "CLIENT@example.com ", "right horse"))
	access, refresh := s.signer.access[tokens.AccessJWT], s.signer.refresh[tokens.RefreshJWT]
	if !s.counts(tokens) || tokens.ExpiresIn != 15*time.Minute || access.Name != "Client One" || access.Role != account.RoleClient ||
		!access.ExpiresAt.Equal(s.clock.Add(15*time.Minute)) || !refresh.ExpiresAt.Equal(s.clock.Add(30*24*time.Hour)) {
		t.Errorf("login gave %+v, %+v and %+v", tokens, access, refresh)
	}
	if got := s.verbs(); !slices.Equal(got, []string{"crm.user.registered." + u.ID}) {
		t.Errorf("announced %v", got)
	}
}

func TestWrongCredentialsAreAllAlike(t *testing.T) {
	s := newScene(t)
	s.client()
	_, known := s.login("wrong horse")
	_, unknown := s.Login(t.Context(), address, "nobody@example.com", "right horse")
	_, empty := s.login("")
	want(t, problem.WrongCredentials, known)
	if !reflect.DeepEqual(known, unknown) || !reflect.DeepEqual(known, empty) {
		t.Errorf("wrong password: %v, unknown email: %v, no password: %v", known, unknown, empty)
	}
	for _, password := range []string{strings.Repeat("x", 73), "right horse\x00"} {
		_, err := s.login(password)
		want(t, problem.InvalidInput, err)
	}
}

// Ten failures are the limit of an account, known or not; what was in order does not count.
func TestLoginIsThrottledByAccount(t *testing.T) {
	s := newScene(t)
	s.client()
	for range 12 {
		s.session()
	}
	for _, email := range []string{"client@example.com", "nobody@example.com"} {
		for range 10 {
			_, err := s.Login(t.Context(), address, email, "wrong horse")
			want(t, problem.WrongCredentials, err)
		}
		_, err := s.Login(t.Context(), "192.0.2.2", email, "right horse")
		want(t, problem.RateLimited, err)
		if wait := problem.From(err).RetryAfter; wait <= 0 || wait > 15*time.Minute {
			t.Errorf("to be tried again in %s", wait)
		}
	}
}

// What an account's limit refuses was no failure of the address.
func TestRefusedLoginIsNoFailureOfTheAddress(t *testing.T) {
	s := newScene(t)
	s.Limits.LoginPerAccount, s.Limits.LoginPerAddress = 1, 2
	for _, code := range []problem.Code{problem.WrongCredentials, problem.RateLimited, problem.RateLimited} {
		_, err := s.login("wrong horse")
		want(t, code, err)
	}
	_, err := s.Login(t.Context(), address, "other@example.com", "wrong horse")
	want(t, problem.WrongCredentials, err)
}

func TestLoginIsThrottledByAddress(t *testing.T) {
	s := newScene(t)
	s.client()
	s.Limits.LoginPerAddress = 3
	for i := range 3 {
		_, err := s.Login(t.Context(), address, string(rune('a'+i))+"@example.com", "wrong horse")
		want(t, problem.WrongCredentials, err)
	}
	_, err := s.login("right horse")
	want(t, problem.RateLimited, err)
	got[account.Tokens](t)(s.Login(t.Context(), "192.0.2.2", "client@example.com", "right horse"))
}

func TestSignUpAndResetAreThrottledByAddress(t *testing.T) {
	s := newScene(t)
	s.Limits.SignUpPerAddress, s.Limits.ResetPerAddress = 1, 1
	s.client()
	_, err := s.SignUp(t.Context(), address, account.SignUp{Email: "other@example.com", Password: "right horse"})
	want(t, problem.RateLimited, err)
	s.pin()
	want(t, problem.RateLimited, s.RequestReset(t.Context(), address, "client@example.com"))
	want(t, problem.PINInvalid, s.reset("00000000", "another horse"))
	want(t, problem.RateLimited, s.reset("00000000", "another horse"))
}

func TestOldHashIsMadeAnew(t *testing.T) {
	s := newScene(t)
	u := s.client()
	_, err := s.store.UpdateUser(t.Context(), u.ID, func(u *account.User) error { u.PasswordHash = "1:salt:right horse"; return nil })
	must(t, err)
	s.session()
	after := got[account.User](t)(s.Profile(t.Context(), u.ID))
	if after.PasswordHash[0] != '2' || len(s.verbs()) != 1 {
		t.Errorf("the hash is %s, announced %v", after.PasswordHash, s.verbs())
	}
	s.session()
}
