package gateway_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crm.example/gateway"
)

// hangUp ends the connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

func TestServiceThatDoesNotAnswerIsUnavailable(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(nil)
	gone.Close()
	resets := newUpstream(t, func(w http.ResponseWriter, _ *http.Request) { hangUp(w) })
	hangs := newUpstream(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	switches := newUpstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "other")
		w.WriteHeader(http.StatusSwitchingProtocols)
	})
	for name, url := range map[string]string{"refuses": gone.URL, "resets": resets.URL, "hangs": hangs.URL, "switches": switches.URL} {
		d := start(t, url, url, func(c *gateway.Config) { c.AnswerTimeout = 100 * time.Millisecond })
		for _, method := range []string{"GET", "POST"} {
			res, body := send(t, method, d.url("/v1/ticket"), "")
			t.Run(name, func(t *testing.T) { wantProblem(t, res, body, 503, "unavailable") })
			if res.Header.Get("Retry-After") != "1" {
				t.Errorf("%s: Retry-After %q", name, res.Header.Get("Retry-After"))
			}
			if strings.Contains(body, "127.0.0.1") || strings.Contains(body, "tcp") {
				t.Errorf("%s: the cause got out: %s", name, body)
			}
		}
	}
}

func TestWriteIsNotSentTwice(t *testing.T) {
	t.Parallel()
	var breaks atomic.Bool
	d, u := one(t, func(w http.ResponseWriter, _ *http.Request) {
		if breaks.Load() {
			hangUp(w)
		}
	}, nil)
	_, _ = get(t, d.url("/v1/user")) // leaves a connection that http.Transport will use again
	breaks.Store(true)
	res, body := send(t, "POST", d.url("/v1/user"), "{}", "Idempotency-Key", "k")
	wantProblem(t, res, body, 503, "unavailable")
	if n := len(u.requests()); n != 2 {
		t.Errorf("%d requests reached the service, want the GET and one POST", n)
	}
}

func TestCutOffAnswerStaysCutOff(t *testing.T) {
	t.Parallel()
	d, _ := one(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "length" {
			w.Header().Set("Content-Length", "100")
		}
		_, _ = io.WriteString(w, `{"items": [`)
		_ = http.NewResponseController(w).Flush()
		hangUp(w)
	}, nil)
	for _, query := range []string{"", "?length"} {
		res, err := http.Get(d.url("/v1/ticket" + query))
		if err != nil {
			continue // cut off before the first byte came: nothing to be taken for a whole answer
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err == nil {
			t.Errorf("%q: %d %q looks whole", query, res.StatusCode, body)
		}
	}
	waitFor(t, func() bool { return strings.Count(d.log.text(), `"cutOff":true`) == 2 })
}

func TestClientThatLeavesIsLoggedAs499(t *testing.T) {
	t.Parallel()
	arrived, left := make(chan struct{}), make(chan struct{})
	d, _ := one(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done() // the service hears of it
		close(left)
	}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	req, _ := http.NewRequestWithContext(ctx, "POST", d.url("/v1/ticket"), strings.NewReader("{}"))
	if _, err := http.DefaultClient.Do(req); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	<-left
	waitFor(t, func() bool { return strings.Contains(d.log.text(), `"status":499`) })
	if strings.Contains(d.log.text(), "WARN") || strings.Contains(d.log.text(), "ERROR") {
		t.Errorf("a client's leaving is no failure: %s", d.log.text())
	}
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen within a minute")
		}
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	down := newUpstream(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	up := newUpstream(t, nil)
	d := start(t, up.URL, up.URL, nil)
	if res, body := get(t, d.url("/readyz")); res.StatusCode != 200 {
		t.Errorf("all up: %d %s", res.StatusCode, body)
	}
	d = start(t, up.URL, down.URL, nil)
	res, body := get(t, d.url("/readyz"))
	wantProblem(t, res, body, 503, "unavailable")
	if !strings.Contains(body, "ticket") || strings.Contains(body, "auth") {
		t.Errorf("it does not name what is missing: %s", body)
	}
	if res, _ := get(t, d.url("/healthz")); res.StatusCode != 200 {
		t.Errorf("liveness hangs on a service: %d", res.StatusCode)
	}
}

// TestOutageSaidByOthers: only a service's own 503, which is a problem, passes as it is.
func TestOutageSaidByOthers(t *testing.T) {
	t.Parallel()
	for status, media := range map[int]string{502: "application/problem+json", 503: "text/html", 504: ""} {
		d, _ := one(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", media)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "from 10.0.0.1")
		}, nil)
		res, body := get(t, d.url("/v1/ticket"))
		wantProblem(t, res, body, 503, "unavailable")
		if res.Header.Get("Retry-After") != "1" || strings.Contains(body, "10.0.0.1") {
			t.Errorf("%d became %v %s", status, res.Header, body)
		}
	}
	const own = `{"code":"busy"}`
	d, _ := one(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(503)
		_, _ = io.WriteString(w, own)
	}, nil)
	if res, body := get(t, d.url("/v1/ticket")); res.StatusCode != 503 || body != own || res.Header.Get("Retry-After") != "1" {
		t.Errorf("the service's own: %d %s %v", res.StatusCode, body, res.Header)
	}
}
