package edge_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/gateway/internal/edge"
	"crm.example/pkg/web"
)

// guard puts an edge before a handler and logs into the buffer.
func guard(next http.HandlerFunc, log *bytes.Buffer, proxies ...string) http.Handler {
	o := edge.Options{Log: slog.New(slog.NewJSONHandler(log, nil)), Origins: []string{"*"}, BodyPatience: time.Second}
	for _, p := range proxies {
		o.Proxies = append(o.Proxies, netip.MustParsePrefix(p))
	}
	return edge.New(next, o)
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		peer string
		xff  []string
		want string
	}{
		"no proxy":                     {"198.51.100.7:1", nil, "198.51.100.7"},
		"a stranger's claim":           {"198.51.100.7:1", []string{"203.0.113.9"}, "198.51.100.7"},
		"trusted":                      {"10.0.0.1:1", []string{"203.0.113.9"}, "203.0.113.9"},
		"trusted, nothing said":        {"10.0.0.1:1", nil, "10.0.0.1"},
		"what the client put before":   {"10.0.0.1:1", []string{"1.1.1.1, 203.0.113.9"}, "203.0.113.9"},
		"two proxies":                  {"10.0.0.1:1", []string{"1.1.1.1, 203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		"two headers":                  {"10.0.0.1:1", []string{"203.0.113.9", "10.0.0.2"}, "203.0.113.9"},
		"only proxies":                 {"10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"nonsense":                     {"10.0.0.1:1", []string{"203.0.113.9, unknown"}, "10.0.0.1"},
		"nonsense beyond a proxy":      {"10.0.0.1:1", []string{"203.0.113.9, x, 10.0.0.2"}, "10.0.0.2"},
		"with a port":                  {"10.0.0.1:1", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		"IPv6":                         {"[fd00::1]:1", []string{"2001:db8::9"}, "2001:db8::9"},
		"IPv6 with a port":             {"[fd00::1]:1", []string{"[2001:db8::9]:80"}, "2001:db8::9"},
		"IPv4 in IPv6":                 {"[::ffff:10.0.0.1]:1", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		"a zone":                       {"10.0.0.1:1", []string{"fe80::1%eth0"}, "fe80::1"},
		"a connection without address": {"pipe", []string{"203.0.113.9"}, "0.0.0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			h := guard(func(_ http.ResponseWriter, r *http.Request) { got = r.Header["X-Forwarded-For"] }, &bytes.Buffer{}, "10.0.0.0/8", "fd00::/8")
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			r.Header["X-Forwarded-For"] = c.xff
			h.ServeHTTP(httptest.NewRecorder(), r)
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("client %q, want %q", got, c.want)
			}
		})
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sent []string
		kept bool
	}{
		"plausible": {[]string{"0190c7-A.b_c"}, true},
		"none":      {nil, false},
		"two":       {[]string{"a", "b"}, false},
		"empty":     {[]string{""}, false},
		"too long":  {[]string{strings.Repeat("a", 65)}, false},
		"a space":   {[]string{"a b"}, false},
		"markup":    {[]string{"<script>"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var inside string
			log := &bytes.Buffer{}
			h := guard(func(w http.ResponseWriter, r *http.Request) {
				inside = r.Header.Get("X-Request-Id")
				w.Header().Set("X-Request-Id", "forged")
			}, log)
			r := httptest.NewRequest("GET", "/", nil)
			r.Header["X-Request-Id"] = c.sent
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if kept := slices.Contains(c.sent, inside); kept != c.kept || inside == "" {
				t.Errorf("inside %q", inside)
			}
			if got := w.Header()["X-Request-Id"]; len(got) != 1 || got[0] != inside {
				t.Errorf("on the answer %q, inside %q", got, inside)
			}
			if !strings.Contains(log.String(), `"requestId":"`+inside+`"`) {
				t.Errorf("log %s, want id %s", log, inside)
			}
		})
	}
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	log := &bytes.Buffer{}
	h := guard(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(web.UserHeader, "u-1")
		w.WriteHeader(201)
		_, _ = io.WriteString(w, "created")
	}, log)
	r := httptest.NewRequest("POST", "/v1/ticket?token=hidden-1", strings.NewReader("hidden-2"))
	r.Header.Set("Authorization", "Bearer hidden-3")
	r.Header.Set("Cookie", "hidden-4")
	r.RemoteAddr = "198.51.100.7:9"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if _, there := w.Header()[web.UserHeader]; there {
		t.Error("the user's id left the gateway")
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("want one line: %q: %v", log, err)
	}
	for key, want := range map[string]any{"level": "INFO", "method": "POST", "path": "/v1/ticket", "status": 201.0, "bytes": 7.0, "client": "198.51.100.7", "user": "u-1"} {
		if line[key] != want {
			t.Errorf("%s = %v, want %v", key, line[key], want)
		}
	}
	if strings.Contains(log.String(), "hidden") {
		t.Errorf("a secret is in the log: %s", log)
	}
}

func TestAbortedAnswerIsLoggedAndStaysAborted(t *testing.T) {
	t.Parallel()
	log := &bytes.Buffer{}
	h := guard(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic(http.ErrAbortHandler)
	}, log)
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("the abort did not come through")
		}
		if !strings.Contains(log.String(), `"cutOff":true`) || !strings.Contains(log.String(), "WARN") {
			t.Errorf("log %s", log)
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

func TestSecurityHeadersAreOnEveryAnswer(t *testing.T) {
	t.Parallel()
	h := guard(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, &bytes.Buffer{})
	for path, status := range map[string]int{"/": 204, "/%2e": 400} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != status {
			t.Errorf("%s: %d", path, w.Code)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cross-Origin-Resource-Policy": "cross-origin",
			"Referrer-Policy": "no-referrer", "Strict-Transport-Security": "",
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s %q, want %q", path, name, got, want)
			}
		}
	}
}

// Strict-Transport-Security is for clients that came by TLS (RFC 6797, section 7.2), which a trusted proxy may tell.
func TestStrictTransportSecurity(t *testing.T) {
	t.Parallel()
	const year = "max-age=31536000"
	for name, c := range map[string]struct {
		tls        bool
		peer       string
		proto      []string
		subdomains bool
		want       string
	}{
		"http":                      {false, "198.51.100.7:1", nil, true, ""},
		"TLS":                       {true, "198.51.100.7:1", nil, false, year},
		"TLS, with subdomains":      {true, "198.51.100.7:1", nil, true, year + "; includeSubDomains"},
		"a proxy that took TLS off": {false, "10.0.0.1:1", []string{"https"}, false, year},
		"a proxy, http":             {false, "10.0.0.1:1", []string{"http"}, false, ""},
		"a proxy that says both":    {false, "10.0.0.1:1", []string{"https, http"}, false, ""},
		"a stranger who says so":    {false, "198.51.100.7:1", []string{"https"}, false, ""},
	} {
		h := edge.New(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), edge.Options{
			Log: slog.New(slog.DiscardHandler), Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Subdomains: c.subdomains,
		})
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr, r.Header["X-Forwarded-Proto"] = c.peer, c.proto
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Strict-Transport-Security"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestInformationalAnswersStayInside(t *testing.T) {
	t.Parallel()
	h := guard(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusAccepted)
		w.WriteHeader(http.StatusOK) // a second one is no answer
	}, &bytes.Buffer{})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusAccepted {
		t.Errorf("answer %d", w.Code)
	}
}

// patient records the deadlines that a connection would get.
type patient struct {
	*httptest.ResponseRecorder
	deadlines []time.Time
}

func (p *patient) SetWriteDeadline(at time.Time) error {
	p.deadlines = append(p.deadlines, at)
	return nil
}

func TestEachPieceHasItsOwnDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := guard(func(w http.ResponseWriter, _ *http.Request) {
			for range 3 {
				_, _ = io.WriteString(w, "piece")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(time.Hour) // a stream may last
			}
		}, &bytes.Buffer{})
		w := &patient{ResponseRecorder: httptest.NewRecorder()}
		start := time.Now()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		last := w.deadlines[len(w.deadlines)-1].Sub(start)
		if first := w.deadlines[0].Sub(start); first > time.Minute || first <= 0 || last <= 2*time.Hour {
			t.Errorf("a client may take %v for the first piece, and until %v for the last", first, last)
		}
	})
}
