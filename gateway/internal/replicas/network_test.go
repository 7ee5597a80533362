package replicas_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"crm.example/gateway/internal/replicas"
)

// network has servers by address, without sockets, so that time can be left to synctest.
type network struct {
	mu      sync.Mutex
	servers map[string]chan net.Conn
}

// serve answers at host:80 until the test ends.
func (n *network) serve(t *testing.T, addr string, handler http.HandlerFunc) {
	t.Helper()
	ln := listener{make(chan net.Conn), make(chan struct{})}
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(ln) }()
	t.Cleanup(func() { close(ln.closed); _ = server.Close() })
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.servers == nil {
		n.servers = map[string]chan net.Conn{}
	}
	n.servers[addr] = ln.arrivals
}

// mute takes no connection at the address and refuses none, as a host does whose network is gone.
func (n *network) mute(addr string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.servers == nil {
		n.servers = map[string]chan net.Conn{}
	}
	n.servers[addr] = make(chan net.Conn)
}

func (n *network) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	n.mu.Lock()
	arrivals := n.servers[addr]
	n.mu.Unlock()
	if arrivals == nil {
		return nil, syscall.ECONNREFUSED
	}
	near, far := net.Pipe()
	select {
	case arrivals <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// dialPatience is how long a set waits for a connection.
const dialPatience = 500 * time.Millisecond

// set knows the given addresses and is run.
func (n *network) set(t *testing.T, addrs ...string) *replicas.Set {
	t.Helper()
	s := replicas.New(replicas.Options{
		Scheme: "http", Hosts: []string{"service"}, Dial: n.dial, DialPatience: dialPatience, AnswerPatience: 15 * time.Second,
		Lookup: func(context.Context, string) ([]string, error) { return addrs, nil }, Log: slog.New(slog.DiscardHandler),
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { s.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended; s.Close() })
	return s
}

type listener struct {
	arrivals chan net.Conn
	closed   chan struct{}
}

func (l listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.arrivals:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l listener) Close() error   { return nil }
func (l listener) Addr() net.Addr { return &net.TCPAddr{} }

// answers is a replica that is ready and answers everything else with the status.
func answers(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			w.WriteHeader(status)
		}
	}
}

// hangUp breaks the connection off.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// seen counts what is asked beside /readyz, and what is ready is not broken.
type seen struct {
	mu   sync.Mutex
	n    int
	then http.HandlerFunc
}

func (s *seen) handle(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/readyz" {
		return
	}
	s.mu.Lock()
	s.n++
	then := s.then
	s.mu.Unlock()
	then(w, r)
}

func (s *seen) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// ask sends one request and gives its status, 0 for an error.
func ask(s http.RoundTripper, method, body string) (int, error) {
	req, err := newRequest(context.Background(), method, body)
	if err != nil {
		return 0, err
	}
	res, err := s.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, errors.Join(err, res.Body.Close())
}
