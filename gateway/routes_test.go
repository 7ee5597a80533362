package gateway_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestPathsReachTheirService(t *testing.T) {
	t.Parallel()
	says := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, name+" "+r.URL.RequestURI()) }
	}
	d := start(t, newUpstream(t, says("auth")).URL, newUpstream(t, says("ticket")).URL, nil)
	for path, want := range map[string]string{
		"/v1/user":                     "auth",
		"/v1/user/":                    "auth",
		"/v1/user/login":               "auth",
		"/v1/user/new/route?a=b":       "auth",
		"/.well-known/jwks.json":       "auth",
		"/v1/ticket":                   "ticket",
		"/v1/ticket/0190-a?x=%2F&x=+y": "ticket",
	} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			res, body := send(t, method, d.url(path), "")
			if res.StatusCode != 200 || body != want+" "+path {
				t.Errorf("%s %s: %d %q, want %s", method, path, res.StatusCode, body, want)
			}
		}
	}
	for _, path := range []string{"/", "/v1", "/v1/users", "/v1/tickets/x", "/V1/user", "/.well-known/other", "/v2/user"} {
		res, body := get(t, d.url(path))
		wantProblem(t, res, body, 404, "not-found")
	}
}

// HEAD is GET without a body (RFC 9110, section 9.3.2), at the gateway's own routes and through it: monitors probe so.
func TestHead(t *testing.T) {
	t.Parallel()
	d, u := one(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5")
		_, _ = io.WriteString(w, "hello")
	}, nil)
	for _, path := range []string{"/healthz", "/readyz", "/asyncapi.yaml", "/problems", "/problems/not-found", "/v1/user", "/v1/ticket/0190-a", "/nowhere"} {
		gotten, _ := get(t, d.url(path))
		res, body := send(t, "HEAD", d.url(path), "")
		if res.StatusCode != gotten.StatusCode || body != "" || res.Header.Get("Content-Type") != gotten.Header.Get("Content-Type") || res.Header.Get("ETag") != gotten.Header.Get("ETag") {
			t.Errorf("HEAD %s: %d %q %v, GET: %d %v", path, res.StatusCode, body, res.Header, gotten.StatusCode, gotten.Header)
		}
	}
	asked := u.requests()
	if last := asked[len(asked)-1]; last.Method != "HEAD" || last.URL.Path != "/v1/ticket/0190-a" {
		t.Errorf("the service got %s %s", last.Method, last.URL)
	}
}

// Who mistypes a path is told what was perhaps meant.
func TestHints(t *testing.T) {
	t.Parallel()
	d, _ := one(t, nil, nil)
	for path, hint := range map[string]string{
		"/":                   "The API is below /v1. Its routes are at /openapi.json.",
		"/v1/tickets":         "Perhaps you mean /v1/ticket",
		"/v1/tickets/0190-a":  "Perhaps you mean /v1/ticket/0190-a",
		"/v1/users/login":     "Perhaps you mean /v1/user/login",
		"/V1/User":            "Perhaps you mean /v1/user",
		"/api/v1/ticket/":     "Perhaps you mean /v1/ticket",
		"/tickets":            "Perhaps you mean /v1/ticket",
		"/openapi.json/":      "Perhaps you mean /openapi.json, without a slash at its end",
		"/nowhere":            "",
		"/jwks.json/nowhere2": "Perhaps you mean /.well-known/jwks.json/nowhere2",
	} {
		res, body := get(t, d.url(path))
		wantProblem(t, res, body, 404, "not-found")
		if hint != "" && !strings.Contains(body, `"detail":"`+hint+`"`) || hint == "" && strings.Contains(body, `"detail"`) {
			t.Errorf("%s: %s, want %q", path, body, hint)
		}
	}
}

func TestServiceGetsOnlyWhatItMayGet(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, nil)
	res, _ := send(t, "POST", d.url("/v1/ticket"), `{"a":1}`,
		"Authorization", "Bearer x", "Content-Type", "application/json", "Idempotency-Key", "k1", "Accept", "a/b", "Accept", "c/d",
		"If-Match", `"1"`, "Last-Event-ID", "7-9", "User-Agent", "probe", "X-Request-Id", "mine-1",
		"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Host", "evil.example", "Forwarded", "for=203.0.113.9", "X-Real-Ip", "203.0.113.9",
		"X-Original-Url", "/admin", "X-Rewrite-Url", "/admin", "X-Http-Method-Override", "DELETE", "X-Method-Override", "DELETE",
		"X_User_Id", "1", "Authorization_", "y", "Cookie", "a=b", "Accept-Encoding", "gzip", "Te", "trailers", "Traceparent", "00-1-2-01", "Tracestate", "a=b", "Sentry-Trace", "1-2-1", "Baggage", "c=d", "Origin", "https://a.example")
	if res.Header.Get("X-Request-Id") != "mine-1" {
		t.Errorf("the client's request id did not come back: %v", res.Header)
	}
	got := u.only(t)
	var names []string
	for name := range got.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{"Accept", "Authorization", "Baggage", "Content-Length", "Content-Type", "Idempotency-Key", "If-Match", "Last-Event-Id", "Sentry-Trace", "Traceparent", "Tracestate", "User-Agent", "X-Forwarded-For", "X-Forwarded-Proto", "X-Request-Id", "X-Request-Timeout-Ms"}
	if !slices.Equal(names, want) {
		t.Errorf("headers %v, want %v", names, want)
	}
	if got.Header.Get("X-Request-Id") != "mine-1" || got.Header.Get("X-Forwarded-For") != "127.0.0.1" || got.Header.Get("Idempotency-Key") != "k1" {
		t.Errorf("values %v", got.Header)
	}
	if len(got.Header["Accept"]) != 2 || u.bodies[0] != `{"a":1}` || got.Host != strings.TrimPrefix(u.URL, "http://") {
		t.Errorf("Accept %v, body %q, host %q", got.Header["Accept"], u.bodies[0], got.Host)
	}
}

func TestAnswerLosesWhatIsNobodysBusiness(t *testing.T) {
	t.Parallel()
	d, _ := one(t, func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Server", "s")
		h.Set("X-Powered-By", "p")
		h.Set("Set-Cookie", "a=b")
		h.Set("Access-Control-Allow-Origin", "https://evil.example")
		h.Set("Content-Security-Policy", "none")
		h.Set("X-Request-Id", "other")
		h.Set("Location", "/v1/ticket/1")
		h.Set("ETag", `"3"`)
		h.Set("Trailer", "X-Late")
		w.WriteHeader(201)
		_, _ = io.WriteString(w, "{}")
		h.Set("X-Late", "1")
		h.Set(http.TrailerPrefix+"X-Later", "1") // not even announced
	}, nil)
	res, _ := get(t, d.url("/v1/ticket"), "X-Request-Id", "mine-2")
	h := res.Header
	for _, name := range []string{"Server", "X-Powered-By", "Set-Cookie"} {
		if h.Get(name) != "" {
			t.Errorf("%s came through", name)
		}
	}
	if len(res.Trailer) > 0 {
		t.Errorf("trailers %v", res.Trailer)
	}
	for name, want := range map[string]string{
		"Location": "/v1/ticket/1", "Etag": `"3"`, "X-Request-Id": "mine-2", "Access-Control-Allow-Origin": "*",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store",
	} {
		if values := h[name]; len(values) != 1 || values[0] != want {
			t.Errorf("%s %q, want %q once", name, values, want)
		}
	}
}

func TestServiceDecidesCaching(t *testing.T) {
	t.Parallel()
	d, _ := one(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Cache-Control", "public, max-age=300") }, nil)
	res, _ := get(t, d.url("/.well-known/jwks.json"))
	if got := res.Header.Values("Cache-Control"); len(got) != 1 || got[0] != "public, max-age=300" {
		t.Errorf("Cache-Control %q", got)
	}
}

func TestStreamPassesUnbuffered(t *testing.T) {
	t.Parallel()
	more := make(chan string)
	d, _ := one(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for text := range more {
			_, _ = io.WriteString(w, text)
			w.(http.Flusher).Flush()
		}
	}, nil)
	go func() { more <- "first" }()
	res, err := http.Get(d.url("/v1/ticket/events"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	for _, want := range []string{"first", "second"} { // the second is sent only once the first was read
		buf := make([]byte, len(want))
		if _, err := io.ReadFull(res.Body, buf); err != nil || string(buf) != want {
			t.Fatalf("read %q, %v", buf, err)
		}
		if want == "first" {
			more <- "second"
		}
	}
	close(more)
}
