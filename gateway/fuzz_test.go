package gateway_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"crm.example/gateway"
	"crm.example/pkg/web"
)

// pipes is a listener within the process, as standalone has it.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	close  func()
}

func newPipes() pipes {
	closed := make(chan struct{})
	return pipes{make(chan net.Conn), closed, sync.OnceFunc(func() { close(closed) })}
}

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { p.close(); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// fuzzed sends bytes through a whole gateway and gives back what its services got.
func fuzzed(f *testing.F) func(t *testing.T, request string) []*http.Request {
	f.Helper()
	front, back := newPipes(), newPipes()
	reached := make(chan *http.Request, 1000)
	service := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { reached <- r })}
	cfg := gateway.Defaults()
	cfg.AuthURL, cfg.TicketURL, cfg.BodyTimeout = "http://auth", "http://ticket", 50*time.Millisecond
	g, err := gateway.Open(f.Context(), cfg, gateway.Deps{Dial: back.dial, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	door := &http.Server{Handler: g.Handler(), MaxHeaderBytes: web.MaxHeaderBytes, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go func() { _ = service.Serve(back) }()
	go func() { _ = door.Serve(front) }()
	f.Cleanup(func() { _, _, _ = door.Close(), service.Close(), g.Close() })
	return func(t *testing.T, request string) []*http.Request {
		conn, err := front.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go func() { _, _ = io.WriteString(conn, request) }()
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("no answer to %q: %v", request, err)
		}
		if res.StatusCode >= 500 && res.StatusCode != http.StatusNotImplemented && res.StatusCode != http.StatusHTTPVersionNotSupported {
			t.Errorf("%q: %s", request, res.Status)
		}
		var got []*http.Request
		for len(reached) > 0 {
			got = append(got, <-reached)
		}
		return got
	}
}

// FuzzPath: what reaches a service has a plain path below a prefix of that service, and a query that everybody reads alike.
func FuzzPath(f *testing.F) {
	for _, target := range []string{
		"/v1/user", "/v1/ticket/0190?limit=1", "/v1/user/%2e%2e/ticket", "/v1//user", "/v1/ticket?a;b", "/v1/ticket?a=%zz",
		"http://host/v1/user", "//host/v1/user", "/v1/user/..\\", "/.well-known/jwks.json", "/v1/ticket/%00", "*", "/v1/user?a=b#c", "/v1/user;x",
	} {
		f.Add(target)
	}
	send := fuzzed(f)
	f.Fuzz(func(t *testing.T, target string) {
		for _, r := range send(t, "GET "+target+" HTTP/1.1\r\nHost: crm.example\r\nConnection: close\r\n\r\n") {
			path, query, _ := strings.Cut(r.RequestURI, "?")
			service := map[bool]string{true: "ticket", false: "auth"}[path == "/v1/ticket" || strings.HasPrefix(path, "/v1/ticket/")]
			if r.Host != service {
				t.Errorf("%q reached %s as %q", target, r.Host, path)
			}
			if strings.ContainsAny(path, "%\\;?#\x00") || strings.Contains(path, "//") || slices.ContainsFunc(strings.Split(path, "/"), func(s string) bool { return s == "." || s == ".." }) {
				t.Errorf("%q reached a service as %q", target, path)
			}
			if _, err := url.ParseQuery(query); err != nil || !strings.HasSuffix(target, query) && !strings.Contains(target, query) {
				t.Errorf("%q reached a service with the query %q: %v", target, query, err)
			}
		}
	})
}

// FuzzHeaders: whatever stands in a request's head, a service gets allow-listed headers only, the single
// ones once, and one id and one address that the gateway decided.
func FuzzHeaders(f *testing.F) {
	for _, head := range []string{
		"Accept: a/b\r\n", "X-Forwarded-For: 203.0.113.9\r\nForwarded: for=1\r\n", "Connection: X-Request-Id, Authorization\r\nAuthorization: Bearer a\r\n",
		"Authorization: a\r\nAuthorization: b\r\n", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "X_Request_Id: a\r\nX-Http-Method-Override: DELETE\r\n",
		"Upgrade: websocket\r\nConnection: upgrade\r\n", "Upgrade: h2c\r\nConnection: upgrade\r\n", "Trailer: X-Forwarded-For\r\nTE: trailers\r\n", "Cookie: a=b\r\nExpect: 100-continue\r\n", "Cookie: a=b; crm-access=c\r\nX-Session: cookie\r\nX-Forwarded-Proto: https\r\n",
		"Idempotency-Key: a\r\nidempotency-key: b\r\n", "Content-Encoding: gzip\r\n", "X-Request-Id: a\r\nX-Request-Id: b\r\n", "Host: b\r\n", "\r\nGET /v1/ticket HTTP/1.1\r\nHost: a\r\nCookie: b\r\n",
	} {
		f.Add(head)
	}
	allowed := strings.Fields("Accept Accept-Language Authorization Baggage Content-Length Content-Type Cookie Idempotency-Key If-Match If-None-Match Last-Event-Id Sentry-Trace Traceparent Tracestate User-Agent X-Forwarded-For X-Forwarded-Proto X-Request-Id X-Session X-Request-Timeout-Ms")
	single := strings.Fields("Authorization Content-Type Idempotency-Key Last-Event-Id")
	send := fuzzed(f)
	f.Fuzz(func(t *testing.T, head string) {
		for _, r := range send(t, "GET /v1/user HTTP/1.1\r\nHost: crm.example\r\n"+head+"Connection: close\r\n\r\n") {
			for name, values := range r.Header {
				if !slices.Contains(allowed, name) || slices.Contains(single, name) && len(values) != 1 {
					t.Errorf("%q: %s %q reached a service", head, name, values)
				}
			}
			if ids := r.Header["X-Request-Id"]; len(ids) != 1 || web.NewRequestID(ids[0]) != ids[0] {
				t.Errorf("%q: ids %q", head, ids)
			}
			addresses := r.Header["X-Forwarded-For"]
			if len(addresses) != 1 || netip.MustParseAddr(addresses[0]) != netip.IPv4Unspecified() {
				t.Errorf("%q: addresses %q", head, addresses)
			}
			for _, c := range r.Cookies() {
				if c.Name != "crm-access" && c.Name != "crm-refresh" {
					t.Errorf("%q: the cookie %s reached a service", head, c.Name)
				}
			}
			if proto := r.Header["X-Forwarded-Proto"]; len(proto) != 1 || proto[0] != "http" {
				t.Errorf("%q: schemes %q", head, proto)
			}
			if len(r.Trailer) > 0 || len(r.TransferEncoding) > 0 {
				t.Errorf("%q: trailers %v, codings %v", head, r.Trailer, r.TransferEncoding)
			}
		}
	})
}
