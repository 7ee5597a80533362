package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/authtest"
)

// cookiesOf are the cookies that an answer sets, as a browser sends them.
func cookiesOf(res authtest.Response) string {
	var pairs []string
	for _, c := range (&http.Response{Header: res.Header}).Cookies() {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}

// Over https the cookies have names that no script, no subdomain and no plain http can set, and those of http are no session.
func TestCookiesOverHTTPS(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	credentials := map[string]string{"email": "client@example.com", "password": authtest.Password}
	login := s.Do(http.MethodPost, "/v1/user/login", credentials, "X-Session", "cookie", "X-Forwarded-Proto", "https")
	login.Want(t, http.StatusOK)
	for _, line := range login.Header.Values("Set-Cookie") {
		if !strings.HasPrefix(line, "__Host-Http-crm-") || !strings.Contains(line, "; Secure") || !strings.Contains(line, "; HttpOnly") {
			t.Errorf("%s", line)
		}
	}
	jar := cookiesOf(login)
	s.Do(http.MethodGet, "/v1/user", nil, "Cookie", jar, "X-Forwarded-Proto", "https").Want(t, http.StatusOK)
	s.Do(http.MethodGet, "/v1/user", nil, "Cookie", jar).Refused(t, problem.TokenMissing)
	s.Do(http.MethodGet, "/v1/user", nil, "Cookie", jar+"; "+jar, "X-Forwarded-Proto", "https").Refused(t, problem.TokenMissing) // whose is whose?

	renewed := s.Do(http.MethodPost, "/v1/user/refresh", nil, "Cookie", jar, "X-Session", "cookie", "X-Forwarded-Proto", "https")
	renewed.Want(t, http.StatusOK)
	if strings.Contains(string(renewed.Body), "JWT") {
		t.Errorf("the body is %s", renewed.Body)
	}
	s.Do(http.MethodDelete, "/v1/user/logout", nil, "Cookie", cookiesOf(renewed), "X-Forwarded-Proto", "https").Want(t, http.StatusNoContent)
	s.Do(http.MethodGet, "/v1/user", nil, "Cookie", cookiesOf(renewed), "X-Forwarded-Proto", "https").Refused(t, problem.TokenRevoked)
}

// A logout without any genuine token is refused, unless it is a browser that wants its cookies gone.
func TestLogoutWithoutATokenIsRefused(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.Do(http.MethodDelete, "/v1/user/logout", nil).Refused(t, problem.TokenMissing)
	s.Do(http.MethodDelete, "/v1/user/logout", nil, authtest.Bearer("a.b.c")...).Refused(t, problem.TokenInvalid)
	gone := s.Do(http.MethodDelete, "/v1/user/logout", nil, "Cookie", "crm-refresh=x")
	gone.Want(t, http.StatusNoContent)
	if set := strings.Join(gone.Header.Values("Set-Cookie"), "\n"); strings.Count(set, "Max-Age=0") != 2 {
		t.Errorf("cookies: %s", set)
	}
}
