package gateway_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/gateway"
	"crm.example/pkg/finding"
	"crm.example/pkg/web"
)

// fleet is a service of several replicas behind one name, as a network and a DNS of its own.
type fleet struct {
	mu      sync.Mutex
	members map[string]*member // by address
	named   []string
	sums    map[string]int // how often each POST body was carried out, by its SHA-256
}

// member is one process of the service, served as its binary serves it.
type member struct {
	served   atomic.Int64
	listener *cuttable
	drain    context.CancelFunc
	ended    chan error
}

func newFleet(t *testing.T, addrs ...string) *fleet {
	t.Helper()
	f := &fleet{members: map[string]*member{}, sums: map[string]int{}, named: addrs}
	for _, addr := range addrs {
		f.start(t, addr, patient)
	}
	return f
}

// start begins a replica at the address, in the place of one that ended.
func (f *fleet) start(t *testing.T, addr string, d web.Drain) *member {
	t.Helper()
	m := &member{listener: &cuttable{Listener: listen(t, "127.0.0.1:0")}, ended: make(chan error, 1)}
	e, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	web.Health(e, func(context.Context) error { return nil })
	e.Any("/v1/ticket", func(c echo.Context) error { m.served.Add(1); return f.carryOut(c) })
	ctx, drain := context.WithCancel(context.Background())
	m.drain = drain
	go func() { m.ended <- web.Serve(ctx, m.listener, e, d) }()
	t.Cleanup(drain)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.members[addr] = m
	return m
}

func (f *fleet) carryOut(c echo.Context) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if c.Request().Method == http.MethodPost {
		f.mu.Lock()
		f.sums[hex.EncodeToString(sum[:])]++
		f.mu.Unlock()
	}
	return c.String(http.StatusOK, hex.EncodeToString(sum[:]))
}

func (f *fleet) member(addr string) *member {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.members[addr]
}

// kill ends a replica as a SIGKILL does: every connection is reset, and the port refuses.
func (f *fleet) kill(addr string) { f.member(addr).listener.cut() }

// name changes what DNS says; nothing makes it fail.
func (f *fleet) name(addrs ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.named = addrs
}

func (f *fleet) lookup(context.Context, string) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.named) == 0 {
		return nil, errors.New("DNS is down")
	}
	return slices.Clone(f.named), nil
}

func (f *fleet) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, _, _ := net.SplitHostPort(addr)
	m := f.member(host)
	if m == nil {
		return nil, syscall.EHOSTUNREACH
	}
	return new(net.Dialer).DialContext(ctx, network, m.listener.Addr().String())
}

// before opens and runs a gateway before the fleet, which plays both services.
func (f *fleet) before(t *testing.T, change func(*gateway.Config)) door {
	t.Helper()
	cfg := gateway.Defaults()
	cfg.AuthURL, cfg.TicketURL, cfg.CORSOrigins = "http://service:80", "http://service:80", []string{"*"}
	if change != nil {
		change(&cfg)
	}
	book := &logBook{}
	g, err := gateway.Open(t.Context(), cfg, gateway.Deps{Dial: f.dial, Lookup: f.lookup, Log: slog.New(slog.NewJSONHandler(book, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	ln := listen(t, "127.0.0.1:0")
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = g.Run(ctx) })
	running.Go(func() { _ = web.Serve(ctx, ln, g.Handler(), patient) })
	t.Cleanup(func() { stop(); running.Wait(); _ = g.Close() })
	return door{addr: ln.Addr().String(), log: book}
}

// gets waits until the replica has been given requests; there must be a load.
func (m *member) gets(t *testing.T, requests int64) {
	t.Helper()
	reached := m.served.Load()
	waitFor(t, func() bool { return m.served.Load() >= reached+requests })
}

// cuttable is a listener whose connections can be cut.
type cuttable struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
}

func (c *cuttable) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.mu.Lock()
		c.conns = append(c.conns, conn)
		c.mu.Unlock()
	}
	return conn, err
}

func (c *cuttable) cut() {
	_ = c.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
}

// patient waits for its clients to leave, however long a busy machine takes: they do at the next answer, which closes.
var patient = web.Drain{Lull: 10 * time.Second, FirstRequest: 10 * time.Second}

// load is a mixed load of GETs and POSTs, each POST with a body of its own, and a ledger of what was acknowledged.
type load struct {
	stopped            chan struct{}
	clients            sync.WaitGroup
	done, gets, posts  atomic.Int64   // requests, and those of them that failed
	each               []atomic.Int64 // requests, by client
	mu                 sync.Mutex
	acknowledged, last []string // sums of bodies; the latest failures
}

func begin(d door, clients int) *load {
	l := &load{stopped: make(chan struct{}), each: make([]atomic.Int64, clients)}
	for n := range clients {
		l.clients.Go(func() { l.run(d, n) })
	}
	return l
}

func (l *load) run(d door, n int) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for i := 0; ; i++ {
		select {
		case <-l.stopped:
			return
		default:
		}
		if i%2 == 0 {
			if _, err := l.ask(client, d, http.MethodGet, ""); err != nil {
				l.gets.Add(1)
			}
		} else if sum, err := l.ask(client, d, http.MethodPost, strings.Repeat(fmt.Sprintf("client %d, request %d. ", n, i), 200)); err != nil {
			l.posts.Add(1)
		} else {
			l.mu.Lock()
			l.acknowledged = append(l.acknowledged, sum)
			l.mu.Unlock()
		}
		l.each[n].Add(1)
		l.done.Add(1)
	}
}

// ask gives back the SHA-256 of the body that the service says it got, which must be the one that was sent.
func (l *load) ask(client *http.Client, d door, method, body string) (string, error) {
	req, _ := http.NewRequest(method, d.url("/v1/ticket"), strings.NewReader(body))
	res, err := client.Do(req)
	if err != nil {
		return l.fail(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	sum := sha256.Sum256([]byte(body))
	if err != nil || res.StatusCode != http.StatusOK || string(answer) != hex.EncodeToString(sum[:]) {
		return l.fail(fmt.Errorf("%s: %d %s %w", method, res.StatusCode, answer, err))
	}
	return string(answer), nil
}

func (l *load) fail(err error) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = append(l.last, err.Error())
	return "", err
}

// more waits for some more requests to be answered.
func (l *load) more(t *testing.T, requests int64) {
	t.Helper()
	reached := l.done.Load()
	waitFor(t, func() bool { return l.done.Load() >= reached+requests })
}

// over waits until no request is under way that is under way now.
func (l *load) over(t *testing.T) {
	t.Helper()
	for n := range l.each {
		answered := l.each[n].Load()
		waitFor(t, func() bool { return l.each[n].Load() > answered })
	}
}

// end stops the load and checks that no POST was carried out twice, and each that was acknowledged once.
func (l *load) end(t *testing.T, f *fleet) {
	t.Helper()
	close(l.stopped)
	l.clients.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	for sum, times := range f.sums {
		if times > 1 {
			finding.Errorf(t, "the POST of %s was carried out %d times", sum, times)
		}
	}
	for _, sum := range l.acknowledged {
		if f.sums[sum] != 1 {
			finding.Errorf(t, "the POST of %s was acknowledged and carried out %d times", sum, f.sums[sum])
		}
	}
	t.Logf("%d requests: %d GETs and %d POSTs failed", l.done.Load(), l.gets.Load(), l.posts.Load())
}
