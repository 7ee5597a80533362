package httpapi_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
)

// from is the header of a client behind a proxy that is believed.
func from(address string) []string { return []string{"X-Forwarded-For", address} }

func limited(t *testing.T, res authtest.Response) {
	t.Helper()
	res.Refused(t, problem.RateLimited)
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err != nil || seconds < 1 {
		t.Errorf("Retry-After is %q", res.Header.Get("Retry-After"))
	}
}

func TestTenFailedLoginsPerAccount(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	s.SignUp(t, "other@example.com")
	for _, email := range []string{"client@example.com", "nobody@example.com"} {
		for i := range 10 {
			s.Login(t, "other@example.com", authtest.Password) // those in order do not count
			login(s, email, "another password", from(fmt.Sprintf("192.0.2.%d", i))...).Refused(t, problem.WrongCredentials)
		}
		work := s.Hasher.Since(func() {
			limited(t, login(s, email, authtest.Password, from("192.0.2.99")...))
			limited(t, login(s, strings.ToUpper(email), authtest.Password))
		})
		if work.Compares != 0 {
			t.Errorf("%s: a password was compared", email)
		}
	}
	for range 11 {
		s.Login(t, "other@example.com", authtest.Password)
	}
}

func TestFailedLoginsPerAddress(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t, func(cfg *auth.Config, _ *auth.Deps) { cfg.LoginPerAddress = 5 })
	s.SignUp(t, "client@example.com")
	for i := range 5 {
		login(s, fmt.Sprintf("client%d@example.com", i), "another password", from("2001:db8::1")...).Refused(t, problem.WrongCredentials)
	}
	limited(t, login(s, "client@example.com", authtest.Password, from("2001:db8::2")...)) // of the same network
	login(s, "client@example.com", authtest.Password, from("2001:db8:0:1::1")...).Want(t, http.StatusOK)
	login(s, "client@example.com", authtest.Password, "X-Forwarded-For", "2001:db8::1, 192.0.2.1").Want(t, http.StatusOK)
}

func TestSignUpsAndResetsPerAddress(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t, func(cfg *auth.Config, _ *auth.Deps) { cfg.SignUpPerAddress, cfg.ResetPerAddress = 3, 3 })
	for name, ask := range map[string]func(i int, headers []string) authtest.Response{
		"sign-up": func(i int, headers []string) authtest.Response {
			return s.Do(http.MethodPost, "/v1/user", map[string]string{"name": "Client", "email": fmt.Sprintf("client%d@example.com", i), "password": authtest.Password}, headers...)
		},
		"asking for a PIN": func(i int, headers []string) authtest.Response {
			return s.Do(http.MethodPost, "/v1/user/reset-password", map[string]string{"email": fmt.Sprintf("client%d@example.com", i)}, headers...)
		},
		"using a PIN": func(i int, headers []string) authtest.Response {
			return s.Do(http.MethodPatch, "/v1/user/reset-password", map[string]string{"email": fmt.Sprintf("client%d@example.com", i), "pin": "12345678", "newPassword": newPassword}, headers...)
		},
	} {
		for i := range 3 {
			if res := ask(i, from("192.0.2.1")); res.Status == http.StatusTooManyRequests {
				t.Errorf("%s: refused after %d", name, i)
			}
		}
		limited(t, ask(3, from("192.0.2.1")))
		if res := ask(4, from("192.0.2.2")); res.Status == http.StatusTooManyRequests {
			t.Errorf("%s: another address is refused too", name)
		}
	}
}

// Refreshing without a pause neither fills the registry nor ends the session, and is nobody else's matter.
func TestRefreshesPerSession(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t, func(cfg *auth.Config, _ *auth.Deps) { cfg.RefreshPerSession = 3 })
	s.SignUp(t, "client@example.com")
	tokens, other := s.Login(t, "client@example.com", authtest.Password), s.Login(t, "client@example.com", authtest.Password)
	for range 3 {
		s.Refresh("forged"+tokens.RefreshJWT).Refused(t, problem.RefreshInvalid) // counts for nobody
		s.Refresh(tokens.RefreshJWT).Into(t, http.StatusOK, &tokens)
	}
	limited(t, s.Refresh(tokens.RefreshJWT))
	s.Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(tokens.AccessJWT)...).Want(t, http.StatusOK)
	s.Refresh(other.RefreshJWT).Want(t, http.StatusOK)
}

// Whoever is not behind a proxy that is believed cannot choose the address it is counted under.
func TestForgedAddress(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t, func(cfg *auth.Config, _ *auth.Deps) { cfg.TrustedProxies, cfg.LoginPerAddress = nil, 3 })
	for i := range 3 {
		login(s, fmt.Sprintf("client%d@example.com", i), "another password", from(fmt.Sprintf("192.0.2.%d", i))...).Refused(t, problem.WrongCredentials)
	}
	limited(t, login(s, "client@example.com", "another password", from("192.0.2.99")...))
}
