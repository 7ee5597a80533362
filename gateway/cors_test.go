package gateway_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"crm.example/gateway"
)

func TestCORS(t *testing.T) {
	t.Parallel()
	const portal, other = "https://portal.example", "https://other.example"
	for name, c := range map[string]struct {
		listed  []string
		origin  string
		allowed string
		vary    bool
	}{
		"all":                   {[]string{"*"}, portal, "*", false},
		"all, no origin":        {[]string{"*"}, "", "*", false},
		"listed":                {[]string{portal, other}, portal, portal, true},
		"not listed":            {[]string{portal}, other, "", true},
		"listed, no origin":     {[]string{portal}, "", "", true},
		"null":                  {[]string{portal}, "null", "", true},
		"listed one as a start": {[]string{portal}, portal + ".evil.example", "", true},
		"none":                  {nil, portal, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, _ := one(t, nil, func(cfg *gateway.Config) { cfg.CORSOrigins = c.listed })
			for path, status := range map[string]int{"/v1/ticket": 200, "/nowhere": 404, "/v1/%2e": 400, "/healthz": 200} {
				res, _ := get(t, d.url(path), "Origin", c.origin)
				if res.StatusCode != status {
					t.Errorf("%s: %d", path, res.StatusCode)
				}
				checkCORS(t, res.Header, c.allowed, c.vary)
				if exposed := res.Header.Get("Access-Control-Expose-Headers"); c.allowed != "" && exposed != "Location, ETag, Retry-After, WWW-Authenticate, X-Request-Id" {
					t.Errorf("exposes %q", exposed)
				}
			}
		})
	}
}

func checkCORS(t *testing.T, h http.Header, allowed string, vary bool) {
	t.Helper()
	if got := h.Get("Access-Control-Allow-Origin"); got != allowed || len(h["Access-Control-Allow-Origin"]) > 1 {
		t.Errorf("allows %q, want %q", h["Access-Control-Allow-Origin"], allowed)
	}
	if got := slices.Contains(h.Values("Vary"), "Origin"); got != vary {
		t.Errorf("Vary %q", h.Values("Vary"))
	}
	if h.Get("Access-Control-Allow-Credentials") != "" {
		t.Error("credentials are allowed")
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, nil)
	for _, path := range []string{"/v1/user", "/v1/ticket/close-ticket/1", "/nowhere"} {
		res, body := send(t, "OPTIONS", d.url(path), "", "Origin", "https://a.example", "Access-Control-Request-Method", "PATCH")
		h := res.Header
		if res.StatusCode != 204 || body != "" || h.Get("Access-Control-Max-Age") != "7200" || h.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d %v", path, res.StatusCode, h)
		}
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			if !strings.Contains(h.Get("Access-Control-Allow-Methods"), method) {
				t.Errorf("%s is not allowed", method)
			}
		}
		if h.Get("Access-Control-Allow-Headers") != "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID, X-Request-Id" {
			t.Errorf("allows %q", h.Get("Access-Control-Allow-Headers"))
		}
	}
	if len(u.requests()) > 0 {
		t.Error("a preflight reached the service")
	}
}
