package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"crm.example/gateway"
)

// The session's cookies pass, those of the scheme only, and the refresh cookie reaches the auth service alone.
func TestCookiesThatReachTheServices(t *testing.T) {
	t.Parallel()
	auth, ticket := newUpstream(t, nil), newUpstream(t, nil)
	d := start(t, auth.URL, ticket.URL, nil)
	all := "crm-access=a; crm-refresh=r; __Host-Http-crm-access=A; __Host-Http-crm-refresh=R; other=1"
	for path, want := range map[string]string{"/v1/user": "crm-access=a; crm-refresh=r", "/v1/ticket": "crm-access=a"} {
		get(t, d.url(path), "Cookie", all, "X-Forwarded-Proto", "https") // said by a peer that is no trusted proxy
		service := auth
		if path == "/v1/ticket" {
			service = ticket
		}
		r := service.only(t)
		if got := r.Header.Get("Cookie"); got != want {
			t.Errorf("%s got the cookies %q, want %q", path, got, want)
		}
		if got := r.Header.Get("X-Forwarded-Proto"); got != "http" {
			t.Errorf("%s got the scheme %q", path, got)
		}
	}
}

func TestCookiesOverHTTPS(t *testing.T) {
	t.Parallel()
	auth := newUpstream(t, nil)
	d := start(t, auth.URL, auth.URL, func(c *gateway.Config) { c.TrustedProxies = []string{"127.0.0.0/8"} })
	get(t, d.url("/v1/user"), "Cookie", "crm-access=a; __Host-Http-crm-access=A; __Host-Http-crm-refresh=R", "X-Forwarded-Proto", "https", "X-Forwarded-For", "192.0.2.1")
	if got := auth.only(t).Header.Get("Cookie"); got != "__Host-Http-crm-access=A; __Host-Http-crm-refresh=R" {
		t.Errorf("cookies %q", got)
	}
}

func TestCookiesThatReachTheClient(t *testing.T) {
	t.Parallel()
	setting := func(w http.ResponseWriter, _ *http.Request) {
		for _, name := range []string{"crm-access", "__Host-Http-crm-refresh", "other"} {
			w.Header().Add("Set-Cookie", name+"=1; Path=/")
		}
		w.WriteHeader(http.StatusOK)
	}
	auth, ticket := newUpstream(t, setting), newUpstream(t, setting)
	d := start(t, auth.URL, ticket.URL, nil)
	mine, _ := get(t, d.url("/v1/user"))
	if got := strings.Join(mine.Header.Values("Set-Cookie"), ", "); got != "crm-access=1; Path=/, __Host-Http-crm-refresh=1; Path=/" {
		t.Errorf("of auth: %q", got)
	}
	others, _ := get(t, d.url("/v1/ticket"))
	if got := others.Header.Values("Set-Cookie"); len(got) > 0 {
		t.Errorf("of ticket: %q", got)
	}
}

// A session in cookies is for https, or for this machine.
func TestSessionsOverPlainHTTP(t *testing.T) {
	t.Parallel()
	d, _ := one(t, nil, nil)
	for host, want := range map[string]int{"localhost:8080": 200, "crm.localhost": 200, "[::1]:8080": 200, "127.0.0.5": 200, "desk.example": 400, "10.0.0.1:8080": 400, "localhost.example": 400} {
		res, _ := raw(t, d, "GET /v1/user HTTP/1.1\r\nHost: "+host+"\r\nX-Session: cookie\r\nConnection: close\r\n\r\n")
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", host, res.StatusCode, want)
		}
	}
}
