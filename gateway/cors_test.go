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
	for _, path := range []string{"/v1/user", "/v1/ticket/close-ticket/1", "/nowhere", "//v1/ticket", "/v1/ticket/%20", "/v1/ticket/a;b", "/v1/ticket/{id}", "/v1/../v1/user", "/v1/ticket?a=b;c"} {
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
		if h.Get("Access-Control-Allow-Headers") != "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID, X-Request-Id, Traceparent, Tracestate, Baggage, Sentry-Trace" {
			t.Errorf("allows %q", h.Get("Access-Control-Allow-Headers"))
		}
	}
	if len(u.requests()) > 0 {
		t.Error("a preflight reached the service")
	}
}

// The answer after the preflight is the sentence about the path, and the page may read it.
func TestPageReadsWhatIsWrongWithThePath(t *testing.T) {
	t.Parallel()
	d, _ := one(t, nil, nil)
	res, body := get(t, d.url("//v1/ticket"), "Origin", "https://a.example")
	wantProblem(t, res, body, 400, "malformed-request")
	checkCORS(t, res.Header, "*", false)
}

func TestPagesMaySendWhatTheSettingNames(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, func(cfg *gateway.Config) { cfg.CORSHeaders = []string{"X-Client-Version", "DNT"} })
	res, _ := send(t, "OPTIONS", d.url("/v1/user"), "", "Origin", "https://a.example", "Access-Control-Request-Method", "GET")
	if got := res.Header.Get("Access-Control-Allow-Headers"); !strings.HasSuffix(got, ", X-Client-Version, DNT") {
		t.Errorf("allows %q", got)
	}
	get(t, d.url("/v1/user"), "X-Client-Version", "7")
	if got := u.only(t).Header.Get("X-Client-Version"); got != "" {
		t.Errorf("the service got %q", got)
	}
}

// Origins are compared as browsers send them, however they were written in the settings.
func TestOriginsAreNormalised(t *testing.T) {
	t.Parallel()
	for listed, sent := range map[string]string{
		"https://portal.example:443": "https://portal.example",
		"http://portal.example:80":   "http://portal.example",
		"HTTPS://Portal.Example":     "https://portal.example",
		"https://portal.example:80":  "https://portal.example:80",
		"http://[::1]:3000":          "http://[::1]:3000",
		"capacitor://localhost":      "capacitor://localhost",
		"ionic://localhost":          "ionic://localhost",
		"tauri://localhost":          "tauri://localhost",
		"app://-":                    "app://-",
		"app://.":                    "app://.",
		"moz-extension://0f5c-1":     "moz-extension://0f5c-1",
	} {
		d, _ := one(t, nil, func(cfg *gateway.Config) { cfg.CORSOrigins = []string{"https://other.example", listed} })
		res, _ := get(t, d.url("/v1/user"), "Origin", sent)
		checkCORS(t, res.Header, sent, true)
	}
}

func TestOriginsThatCanNeverMatchAreRefused(t *testing.T) {
	t.Parallel()
	for listed, why := range map[string]string{
		"https://*.vercel.app":     "wildcard",
		"https://portal.*":         "wildcard",
		"null":                     "any origin",
		"https://pörtal.example":   "ASCII",
		"https://portal.example/":  "slash",
		"https://portal.example/a": "neither",
		"portal.example":           "neither",
		"https://":                 "neither",
		"https://a b":              "neither",
		"https://u:p@a.example":    "neither",
		"https://a.example:port":   "neither",
		"file://":                  "neither",
		"":                         "neither",
	} {
		cfg := gateway.Defaults()
		cfg.CORSOrigins = []string{listed}
		if err := cfg.Validate(); err == nil || !strings.HasPrefix(err.Error(), "GATEWAY_CORS_ORIGINS: ") || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want a sentence with %q", listed, err, why)
		}
	}
}

// OPTIONS * asks the server itself (RFC 9110, section 9.3.7).
func TestOptionsOfTheServer(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, nil)
	res, body := raw(t, d, "OPTIONS * HTTP/1.1\r\nHost: crm.example\r\nConnection: close\r\n\r\n")
	if res.StatusCode != 204 || body != "" || res.Header.Get("Allow") != "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" || len(u.requests()) > 0 {
		t.Errorf("%d %v %q", res.StatusCode, res.Header, body)
	}
	res, body = raw(t, d, "GET * HTTP/1.1\r\nHost: crm.example\r\nConnection: close\r\n\r\n")
	wantProblem(t, res, body, 400, "malformed-request")
}
