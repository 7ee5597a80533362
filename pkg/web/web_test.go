package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

func newEcho(t *testing.T, log io.Writer) *echo.Echo {
	t.Helper()
	e, err := web.New(web.Options{Log: slog.New(slog.NewTextHandler(log, nil)), TrustedProxies: []string{"192.0.2.0/24"}})
	if err != nil {
		t.Fatal(err)
	}
	e.POST("/bind", func(c echo.Context) error {
		var f form
		if err := web.Bind(c, &f); err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	})
	e.PATCH("/bare", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) }, web.NoBody)
	e.GET("/key", func(c echo.Context) error {
		key, err := web.IdempotencyKey(c)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, key)
	})
	e.GET("/driver", func(echo.Context) error { return errors.New("driver says secret") })
	e.GET("/panic", func(echo.Context) error { panic("boom") })
	e.GET("/down", func(echo.Context) error { return problem.NewUnavailable(errors.New("dial tcp secret")) })
	e.GET("/token", func(echo.Context) error { return problem.New(problem.TokenExpired, "") })
	e.GET("/role", func(echo.Context) error { return problem.New(problem.RoleForbidden, "") })
	e.GET("/limited", func(echo.Context) error { return problem.NewLimited("", 1500*time.Millisecond) })
	e.GET("/client", func(c echo.Context) error { return c.String(http.StatusOK, c.RealIP()) })
	e.GET("/query", func(c echo.Context) error {
		if _, err := web.Query(c, "limit"); err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	})
	e.GET("/id/:id", func(c echo.Context) error {
		id, err := web.PathID(c, "id")
		if err != nil {
			return err
		}
		return c.String(http.StatusOK, id)
	})
	return e
}

func TestErrorsAreProblems(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	e := newEcho(t, &log)
	tests := []struct {
		method, path, body, media string
		code                      problem.Code
		header, value             string
	}{
		{"GET", "/nowhere", "", "", problem.NotFound, "", ""},
		{"DELETE", "/bind", "", "", problem.MethodNotAllowed, "Allow", "OPTIONS, POST"},
		{"POST", "/bind", `{}`, "", problem.UnsupportedMediaType, "", ""},
		{"POST", "/bind", `{}`, "text/plain", problem.UnsupportedMediaType, "", ""},
		{"POST", "/bind", `{}`, "application/merge-patch+json", problem.UnsupportedMediaType, "", ""},
		{"POST", "/bind", `{}`, "application/json; charset=latin1", problem.UnsupportedMediaType, "", ""},
		{"POST", "/bind", `{}`, "application/json; charset=UTF-8", problem.InvalidInput, "", ""},
		{"POST", "/bind", `{}`, "application/json;charset=utf8", problem.InvalidInput, "", ""},
		{"PATCH", "/bare", `{"message":"bye"}`, "application/json", problem.MalformedRequest, "", ""},
		{"PATCH", "/bare", `bye`, "", problem.MalformedRequest, "", ""},
		{"PATCH", "/bare", strings.Repeat(" ", web.BodyLimit+1), "", problem.BodyTooLarge, "", ""},
		{"POST", "/driver", "", "", problem.MethodNotAllowed, "Allow", "OPTIONS, GET, HEAD"},
		{"POST", "/bind", strings.Repeat(" ", web.BodyLimit+1), "application/json", problem.BodyTooLarge, "", ""},
		{"GET", "/driver", "", "", problem.Internal, "", ""},
		{"GET", "/panic", "", "", problem.Internal, "", ""},
		{"GET", "/down", "", "", problem.Unavailable, "Retry-After", "1"},
		{"GET", "/limited", "", "", problem.RateLimited, "Retry-After", "2"},
		{"GET", "/token", "", "", problem.TokenExpired, "WWW-Authenticate", `Bearer realm="crm", error="invalid_token", error_description="token-expired"`},
		{"GET", "/role", "", "", problem.RoleForbidden, "WWW-Authenticate", `Bearer realm="crm", error="insufficient_scope"`},
		{"GET", "/query?limit=1&limit=2", "", "", problem.UnknownParameter, "", ""},
		{"GET", "/query?offset=1", "", "", problem.UnknownParameter, "", ""},
		{"GET", "/query?limit=1;2", "", "", problem.UnknownParameter, "", ""},
		{"GET", "/query?limit=%zz", "", "", problem.UnknownParameter, "", ""},
		{"GET", "/id/1", "", "", problem.NotFound, "", ""},
		{"GET", "/id/%7B0197f000-0000-7000-8000-000000000001%7D", "", "", problem.NotFound, "", ""},
	}
	for _, test := range tests {
		req := httptest.NewRequest(test.method, test.path, strings.NewReader(test.body))
		if test.media != "" {
			req.Header.Set("Content-Type", test.media)
		}
		res := httptest.NewRecorder()
		e.ServeHTTP(res, req)
		var got struct {
			Type, Code, Title, Instance, RequestID string
			Status                                 int
		}
		if err := json.Unmarshal(res.Body.Bytes(), &got); err != nil {
			t.Errorf("%s %s: %v in %q", test.method, test.path, err, res.Body)
			continue
		}
		kind, _ := problem.KindOf(test.code)
		if got.Code != string(test.code) || got.Type != "/problems/"+got.Code || res.Code != kind.Status || got.Status != kind.Status ||
			got.Title != kind.Title || got.Instance != req.URL.Path || got.RequestID != res.Header().Get("X-Request-Id") ||
			res.Header().Get("Content-Type") != "application/problem+json" || res.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s %s: %d %+v %v, want %s", test.method, test.path, res.Code, got, res.Header(), test.code)
		}
		if test.header != "" && res.Header().Get(test.header) != test.value {
			t.Errorf("%s %s: %s is %q, want %q", test.method, test.path, test.header, res.Header().Get(test.header), test.value)
		}
		if strings.Contains(res.Body.String(), "secret") || strings.Contains(res.Body.String(), "boom") {
			t.Errorf("%s %s tells a cause: %s", test.method, test.path, res.Body)
		}
	}
	for _, cause := range []string{"driver says secret", "dial tcp secret", "boom"} {
		if strings.Count(log.String(), cause) != 1 {
			t.Errorf("the log has %q %d times, want once", cause, strings.Count(log.String(), cause))
		}
	}
}

func TestClientAddressComesFromTrustedProxiesOnly(t *testing.T) {
	t.Parallel()
	e := newEcho(t, io.Discard)
	for peer, want := range map[string]string{"192.0.2.7:1": "203.0.113.9", "198.51.100.1:1": "198.51.100.1", "127.0.0.1:1": "127.0.0.1"} {
		req := httptest.NewRequest(http.MethodGet, "/client", nil)
		req.RemoteAddr = peer
		req.Header.Set("X-Forwarded-For", "10.9.9.9, 203.0.113.9")
		res := httptest.NewRecorder()
		e.ServeHTTP(res, req)
		if res.Body.String() != want {
			t.Errorf("peer %s: the client is %s, want %s", peer, res.Body, want)
		}
	}
}

func TestRequestIDIsKeptWhenPlausible(t *testing.T) {
	t.Parallel()
	for sent, kept := range map[string]bool{"trace-1.a_B": true, "": false, "a b": false, "<script>": false, strings.Repeat("a", 65): false} {
		if got := web.NewRequestID(sent); (got == sent) != kept || got == "" {
			t.Errorf("NewRequestID(%q) = %q", sent, got)
		}
	}
}

func TestServeLetsRequestsFinishAndTurnsUnready(t *testing.T) {
	t.Parallel()
	e := newEcho(t, io.Discard)
	web.Health(e, func(context.Context) error { return nil })
	entered, leave := make(chan struct{}), make(chan struct{})
	e.GET("/slow", func(c echo.Context) error {
		close(entered)
		<-leave
		return c.String(http.StatusOK, "whole")
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- web.Serve(ctx, ln, e, web.Drain{Unready: 200 * time.Millisecond}) }()
	base := "http://" + ln.Addr().String()
	if status := get(t, base+"/readyz"); status != http.StatusOK {
		t.Fatalf("readyz is %d before the drain", status)
	}
	slow := make(chan int, 1)
	go func() { slow <- get(t, base+"/slow") }()
	<-entered
	stop()
	for get(t, base+"/readyz") != http.StatusServiceUnavailable { // ends: afterwards the listener closes and get fails the test
	}
	close(leave)
	if status := <-slow; status != http.StatusOK {
		t.Errorf("the request under way got %d", status)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func get(t *testing.T, url string) int {
	res, err := http.Get(url)
	if err != nil {
		t.Errorf("get %s: %v", url, err)
		return http.StatusServiceUnavailable
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// TestRestartsFailNothing restarts a server under busy kept-alive clients that send POSTs.
func TestRestartsFailNothing(t *testing.T) {
	t.Parallel()
	var ln atomic.Pointer[net.Listener]
	listen := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ln.Store(&l)
		return l
	}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	current := listen()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	ctx, stop := context.WithCancel(t.Context())
	var failed, sent atomic.Int64
	done := make(chan struct{})
	for range 16 {
		go func() {
			defer func() { done <- struct{}{} }()
			for ctx.Err() == nil {
				url := "http://" + (*ln.Load()).Addr().String()
				res, err := client.Post(url, "text/plain", strings.NewReader("x"))
				if err != nil && !errors.Is(err, syscall.ECONNREFUSED) {
					failed.Add(1)
					continue
				}
				if err == nil {
					_, _ = io.Copy(io.Discard, res.Body)
					res.Body.Close()
				}
				sent.Add(1)
			}
		}()
	}
	for range 5 {
		before := sent.Load()
		serving, end := context.WithCancel(t.Context())
		served := make(chan error, 1)
		l := current
		go func() { served <- web.Serve(serving, l, h, web.Drain{Lull: time.Second, FirstRequest: time.Second}) }()
		for sent.Load() < before+500 {
			time.Sleep(time.Millisecond) // polls
		}
		current = listen() // clients move over, as a load balancer would make them
		end()
		if err := <-served; err != nil {
			t.Fatal(err)
		}
	}
	last, end := context.WithCancel(t.Context())
	go func() { _ = web.Serve(last, current, h, web.Drain{}) }()
	stop()
	for range 16 {
		<-done
	}
	end()
	if failed.Load() != 0 {
		t.Errorf("%d of %d requests failed", failed.Load(), sent.Load())
	}
}
