package gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"crm.example/gateway"
	"crm.example/pkg/web"
)

// upstream is a service that remembers what reached it.
type upstream struct {
	*httptest.Server
	mu     sync.Mutex
	seen   []*http.Request
	bodies []string
}

func newUpstream(t *testing.T, answer http.HandlerFunc) *upstream {
	t.Helper()
	u := &upstream{}
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		u.mu.Lock()
		u.seen, u.bodies = append(u.seen, r), append(u.bodies, string(body))
		u.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(u.Close)
	return u
}

// requests gives what has reached the service so far.
func (u *upstream) requests() []*http.Request {
	u.mu.Lock()
	defer u.mu.Unlock()
	return append([]*http.Request(nil), u.seen...)
}

func (u *upstream) only(t *testing.T) *http.Request {
	t.Helper()
	seen := u.requests()
	if len(seen) != 1 {
		t.Fatalf("%d requests reached the service, want 1", len(seen))
	}
	return seen[0]
}

// logBook keeps log lines for tests that read them.
type logBook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBook) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(line)
}

func (b *logBook) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// door is a gateway that listens.
type door struct {
	addr string
	log  *logBook
}

func (d door) url(path string) string { return "http://" + d.addr + path }

func open(t *testing.T, auth, ticket string, change func(*gateway.Config)) (*gateway.Gateway, *logBook) {
	t.Helper()
	cfg := gateway.Defaults()
	cfg.AuthURL, cfg.TicketURL, cfg.CORSOrigins = auth, ticket, []string{"*"}
	if change != nil {
		change(&cfg)
	}
	book := &logBook{}
	g, err := gateway.Open(t.Context(), cfg, gateway.Deps{Log: slog.New(slog.NewJSONHandler(book, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g, book
}

// start serves a gateway the way its command does.
func start(t *testing.T, auth, ticket string, change func(*gateway.Config)) door {
	t.Helper()
	g, book := open(t, auth, ticket, change)
	ln := listen(t, "127.0.0.1:0")
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ctx, ln, g.Handler(), web.Drain{}) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("drain: %v", err)
		}
	})
	return door{addr: ln.Addr().String(), log: book}
}

func listen(t *testing.T, addr string) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

// one starts a gateway before one service that plays both.
func one(t *testing.T, answer http.HandlerFunc, change func(*gateway.Config)) (door, *upstream) {
	t.Helper()
	u := newUpstream(t, answer)
	return start(t, u.URL, u.URL, change), u
}

// raw sends bytes as they are and reads one answer.
func raw(t *testing.T, d door, bytes string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", d.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, bytes); err != nil {
		t.Fatal(err)
	}
	return readAnswer(t, bufio.NewReader(conn))
}

func readAnswer(t *testing.T, r *bufio.Reader) (*http.Response, string) {
	t.Helper()
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("read the answer's body: %v", err)
	}
	return res, string(body)
}

// wantProblem checks that an answer is the problem details of this code.
func wantProblem(t *testing.T, res *http.Response, body string, status int, code string) {
	t.Helper()
	var p struct {
		Code, Instance, RequestID string
		Status                    int
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%d %q is no problem: %v", res.StatusCode, body, err)
	}
	if res.StatusCode != status || p.Status != status || p.Code != code {
		t.Errorf("answer %d %s, want %d %s", res.StatusCode, body, status, code)
	}
	if got := res.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %q", got)
	}
	if p.RequestID == "" || p.RequestID != res.Header.Get("X-Request-Id") {
		t.Errorf("requestId %q, header %q", p.RequestID, res.Header.Get("X-Request-Id"))
	}
	if res.Header.Get("Access-Control-Allow-Origin") != "*" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("CORS or security headers are missing: %v", res.Header)
	}
}

func get(t *testing.T, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	return send(t, http.MethodGet, url, "", headers...)
}

// send makes a request; headers are names and values by turns.
func send(t *testing.T, method, url, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(answer)
}
