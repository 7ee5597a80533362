package httpapi_test

import (
	"net/http"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/authtest"
)

func refreshed(t *testing.T, s *authtest.Server, refreshJWT string) authtest.Tokens {
	t.Helper()
	var tokens authtest.Tokens
	s.Refresh(refreshJWT).Into(t, http.StatusOK, &tokens)
	return tokens
}

func profile(s *authtest.Server, access string) authtest.Response {
	return s.Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(access)...)
}

func logout(s *authtest.Server, access string) authtest.Response {
	return s.Do(http.MethodDelete, "/v1/user/logout", nil, authtest.Bearer(access)...)
}

func TestRefreshRotates(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	first := s.Login(t, "client@example.com", authtest.Password)
	second := refreshed(t, s, first.RefreshJWT)
	third := refreshed(t, s, second.RefreshJWT)
	for _, access := range []string{first.AccessJWT, second.AccessJWT, third.AccessJWT} {
		profile(s, access).Want(t, http.StatusOK)
	}
	if a, c := authtest.AccessOf(t, first.AccessJWT), authtest.AccessOf(t, third.AccessJWT); a.SessionID != c.SessionID || c.Generation != 2 {
		t.Errorf("first %+v, third %+v", a, c)
	}
}

// A lost answer is repeated; what comes back after its successor's successor is stolen, and the successor dies too.
func TestRefreshTwice(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	first := s.Login(t, "client@example.com", authtest.Password)
	second := refreshed(t, s, first.RefreshJWT)
	again := refreshed(t, s, first.RefreshJWT)
	if authtest.AccessOf(t, again.AccessJWT).Generation != 1 {
		t.Errorf("got %+v", again)
	}
	third := refreshed(t, s, second.RefreshJWT)
	s.Refresh(first.RefreshJWT).Refused(t, problem.SessionEnded)
	s.Refresh(third.RefreshJWT).Refused(t, problem.SessionEnded)
	for _, access := range []string{first.AccessJWT, second.AccessJWT, again.AccessJWT, third.AccessJWT} {
		profile(s, access).Refused(t, problem.TokenRevoked)
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	other := s.Login(t, "client@example.com", authtest.Password)
	first := s.Login(t, "client@example.com", authtest.Password)
	second := refreshed(t, s, first.RefreshJWT)
	for range 2 { // it may be repeated
		if res := logout(s, first.AccessJWT); res.Status != http.StatusNoContent || len(res.Body) > 0 {
			t.Errorf("got %d %s", res.Status, res.Body)
		}
	}
	for _, ended := range []authtest.Tokens{first, second} {
		profile(s, ended.AccessJWT).Refused(t, problem.TokenRevoked)
		s.Refresh(ended.RefreshJWT).Refused(t, problem.SessionEnded)
	}
	profile(s, other.AccessJWT).Want(t, http.StatusOK)
}

func TestLogoutWithAnExpiredToken(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	tokens := s.Login(t, "client@example.com", authtest.Password)
	expired := s.Forger(t).Access(t, authtest.AccessOf(t, tokens.AccessJWT), account.AccessLifetime+time.Hour)
	profile(s, expired).Refused(t, problem.TokenExpired)
	logout(s, expired).Want(t, http.StatusNoContent)
	profile(s, tokens.AccessJWT).Refused(t, problem.TokenRevoked)
	s.Refresh(tokens.RefreshJWT).Refused(t, problem.SessionEnded)
}

func TestRoleChangeEndsSessions(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "agent@example.com")
	before := s.Login(t, "agent@example.com", authtest.Password)
	for email, role := range map[string]string{"agent@example.com": "boss", "nobody@example.com": "agent", "Agent <agent@example.com>": "agent"} {
		if err := s.Service.GrantRole(t.Context(), email, role); err == nil {
			t.Errorf("%s as %s: no error", email, role)
		}
	}
	if err := s.Service.GrantRole(t.Context(), "Agent@Example.com", "agent"); err != nil {
		t.Fatal(err)
	}
	profile(s, before.AccessJWT).Refused(t, problem.TokenRevoked)
	s.Refresh(before.RefreshJWT).Refused(t, problem.SessionEnded)
	after := s.Login(t, "agent@example.com", authtest.Password)
	if role := authtest.Read(t, after.AccessJWT)["role"]; role != "agent" || after.User.Role != "agent" {
		t.Errorf("role %v, %+v", role, after.User)
	}
}

// The registry of standalone is lost with its process: clients refresh.
func TestLostRegistry(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	tokens := s.Login(t, "client@example.com", authtest.Password)
	if err := s.Tokens.RevokeUser(t.Context(), tokens.User.ID, 1); err != nil {
		t.Fatal(err)
	}
	profile(s, tokens.AccessJWT).Refused(t, problem.TokenRevoked)
	profile(s, refreshed(t, s, tokens.RefreshJWT).AccessJWT).Want(t, http.StatusOK)
}
