package replicas_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/gateway/internal/replicas"
	"crm.example/pkg/web"
)

func newRequest(ctx context.Context, method, body string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://service/", nil)
	if err == nil && body != "" {
		req.ContentLength = int64(len(body))
		req.GetBody = func() (io.ReadCloser, error) { return &onceBody{Reader: strings.NewReader(body)}, nil }
		req.Body, err = req.GetBody()
	}
	return req, err
}

// onceBody has nothing to give once it was closed, as a client's connection hasn't.
type onceBody struct{ *strings.Reader }

func (b *onceBody) Close() error { b.Reset(""); return nil }

// isolated runs a test in a time of its own.
func isolated(t *testing.T, test func(t *testing.T, n *network)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(t, &network{}) })
}

// TestWhatIsTriedAgain: one of two replicas does not do what it should, the other does.
func TestWhatIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bad    http.HandlerFunc // nil refuses connections
		method string
		again  bool
	}{
		"GET, refused":    {nil, "GET", true},
		"POST, refused":   {nil, "POST", true},
		"GET, broken":     {hangUp, "GET", true},
		"HEAD, broken":    {hangUp, "HEAD", true},
		"POST, broken":    {hangUp, "POST", false},
		"DELETE, broken":  {hangUp, "DELETE", false},
		"GET, 502":        {answers(502), "GET", true},
		"GET, 503":        {answers(503), "GET", true},
		"GET, 504":        {answers(504), "GET", true},
		"GET, 500":        {answers(500), "GET", false},
		"GET, 429":        {answers(429), "GET", false},
		"POST, 503":       {answers(503), "POST", false},
		"PUT, with a 502": {answers(502), "PUT", false},
	} {
		t.Run(name, func(t *testing.T) {
			isolated(t, func(t *testing.T, n *network) {
				bad := &seen{then: c.bad}
				if c.bad != nil {
					n.serve(t, "10.0.0.1:80", bad.handle)
				}
				body := ""
				if c.method != "GET" && c.method != "HEAD" {
					body = strings.Repeat("x", 64<<10)
				}
				n.serve(t, "10.0.0.2:80", func(_ http.ResponseWriter, r *http.Request) {
					if got, err := io.ReadAll(r.Body); err != nil || r.URL.Path != "/readyz" && string(got) != body {
						t.Errorf("a body of %d bytes arrived, %v", len(got), err)
					}
				})
				s := n.set(t, "10.0.0.1", "10.0.0.2")
				failures := 0
				for range 2 { // each of the two is first once
					if status, err := ask(s, c.method, body); status != 200 || err != nil {
						failures++
					}
				}
				if want := map[bool]int{true: 0, false: 1}[c.again]; failures != want || c.bad != nil && bad.count() != 1 {
					t.Errorf("%d failures, %d requests to the bad one", failures, bad.count())
				}
			})
		})
	}
}

// TestDiallingIsGivenUpInTime: a replica that takes no connection costs a request one patience, and the other answers it
// in full.
func TestDiallingIsGivenUpInTime(t *testing.T) {
	t.Parallel()
	for method, body := range map[string]string{"GET": "", "POST": strings.Repeat("x", 64<<10)} {
		t.Run(method, func(t *testing.T) {
			isolated(t, func(t *testing.T, n *network) {
				t.Cleanup(func() { time.Sleep(dialPatience) }) // a probe may be dialling still
				n.mute("10.0.0.1:80")
				n.serve(t, "10.0.0.2:80", func(_ http.ResponseWriter, r *http.Request) {
					if got, err := io.ReadAll(r.Body); err != nil || r.URL.Path != "/readyz" && string(got) != body {
						t.Errorf("a body of %d bytes arrived, %v", len(got), err)
					}
				})
				s, start := n.set(t, "10.0.0.1", "10.0.0.2"), time.Now()
				for range 2 { // each of the two is first once
					if status, err := ask(s, method, body); status != 200 || err != nil {
						t.Errorf("%d %v", status, err)
					}
				}
				if took := time.Since(start); took != dialPatience {
					t.Errorf("answered after %v", took)
				}
			})
		})
	}
}

// TestOutageIsNotMultiplied: a hundred retries are saved up, and then each fifth request earns one.
func TestOutageIsNotMultiplied(t *testing.T) {
	isolated(t, func(t *testing.T, n *network) {
		broken := &seen{then: hangUp}
		n.serve(t, "10.0.0.1:80", broken.handle)
		n.serve(t, "10.0.0.2:80", broken.handle)
		s := n.set(t, "10.0.0.1", "10.0.0.2")
		const requests = 1000
		for range requests {
			if status, err := ask(s, "GET", ""); err == nil {
				t.Fatalf("answered %d", status)
			}
		}
		if tries := broken.count(); tries < requests+100 || tries > requests+100+requests/5 {
			t.Errorf("%d requests became %d tries", requests, tries)
		}
	})
}

// TestStoreOutageIsNotTriedAgain: where no replica is ready, an answer is an answer.
func TestStoreOutageIsNotTriedAgain(t *testing.T) {
	isolated(t, func(t *testing.T, n *network) {
		tries := 0
		down := func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				tries++
			}
			w.WriteHeader(503)
		}
		n.serve(t, "10.0.0.1:80", down)
		n.serve(t, "10.0.0.2:80", down)
		s := n.set(t, "10.0.0.1", "10.0.0.2")
		_, _ = ask(s, "GET", "")
		time.Sleep(time.Second) // for the probes
		tries = 0
		if status, err := ask(s, "GET", ""); status != 503 || err != nil || tries != 1 {
			t.Errorf("%d, %v after %d tries", status, err, tries)
		}
	})
}

// TestReplicaThatOnlySeemsReadyIsLeftForLonger: one that says it is ready and breaks every request.
func TestReplicaThatOnlySeemsReadyIsLeftForLonger(t *testing.T) {
	isolated(t, func(t *testing.T, n *network) {
		flaps := &seen{then: hangUp}
		n.serve(t, "10.0.0.1:80", flaps.handle)
		n.serve(t, "10.0.0.2:80", answers(204))
		s := n.set(t, "10.0.0.1", "10.0.0.2")
		for range 6000 {
			if status, err := ask(s, "GET", ""); status != 204 || err != nil {
				t.Fatalf("%d %v", status, err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if tries := flaps.count(); tries < 10 || tries > 36 { // after 0.5, 1, 2, 4 s and then each 5 s, twice where net/http finds a used connection broken
			t.Errorf("%d tries in a minute", tries)
		}
		flaps.mu.Lock()
		flaps.then = answers(204)
		flaps.mu.Unlock()
		before := flaps.count()
		for time.Sleep(6 * time.Second); flaps.count() < before+5; {
			if _, err := ask(s, "GET", ""); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestReplicaThatHangsIsFoundOut within a second, by asking it whether it is ready.
func TestReplicaThatHangsIsFoundOut(t *testing.T) {
	isolated(t, func(t *testing.T, n *network) {
		stuck := make(chan struct{})
		hangs := func(http.ResponseWriter, *http.Request) { <-stuck }
		n.serve(t, "10.0.0.1:80", hangs)
		n.serve(t, "10.0.0.2:80", (&seen{then: func(http.ResponseWriter, *http.Request) { time.Sleep(time.Millisecond) }}).handle)
		s := n.set(t, "10.0.0.1", "10.0.0.2")
		first := make(chan error, 2)
		for range 2 { // one to each
			go func() { _, err := ask(s, "GET", ""); first <- err }()
		}
		time.Sleep(time.Second)
		var busy sync.WaitGroup
		for range 20 { // at once, or the one that hangs would get none because one waits there
			busy.Go(func() {
				start := time.Now()
				if status, err := ask(s, "POST", "body"); status != 200 || err != nil || time.Since(start) > time.Millisecond {
					t.Errorf("%d %v after %v", status, err, time.Since(start))
				}
			})
		}
		busy.Wait()
		if err := errors.Join(<-first, <-first); err == nil || !strings.Contains(err.Error(), "in time") {
			t.Errorf("the one that hung gave %v", err)
		}
		close(stuck)
	})
}

func TestSlowReplicaGetsLess(t *testing.T) {
	isolated(t, func(t *testing.T, n *network) {
		takes := func(d time.Duration) *seen {
			return &seen{then: func(http.ResponseWriter, *http.Request) { time.Sleep(d) }}
		}
		slow, quick, other := takes(50*time.Millisecond), takes(time.Millisecond), takes(time.Millisecond)
		n.serve(t, "10.0.0.1:80", slow.handle)
		n.serve(t, "10.0.0.2:80", quick.handle)
		n.serve(t, "10.0.0.3:80", other.handle)
		s := n.set(t, "10.0.0.1", "10.0.0.2", "10.0.0.3")
		ended := make(chan struct{})
		for range 32 {
			go func() {
				defer func() { ended <- struct{}{} }()
				for start := time.Now(); time.Since(start) < 100*time.Millisecond; {
					if _, err := ask(s, "GET", ""); err != nil {
						t.Error(err)
					}
				}
			}()
		}
		for range 32 {
			<-ended
		}
		t.Logf("%d, %d and %d requests", slow.count(), quick.count(), other.count())
		if slow.count()*5 > quick.count() || slow.count()*5 > other.count() {
			t.Error("the slow one got as many as it could not take")
		}
	})
}

func TestClientThatLeavesIsNobodysFailure(t *testing.T) {
	isolated(t, func(t *testing.T, n *network) {
		waits := &seen{then: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
		n.serve(t, "10.0.0.1:80", waits.handle)
		n.serve(t, "10.0.0.2:80", waits.handle)
		s := n.set(t, "10.0.0.1", "10.0.0.2")
		ctx, leave := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, leave)
		req, _ := newRequest(ctx, "GET", "")
		if _, err := s.RoundTrip(req); !errors.Is(err, context.Canceled) || waits.count() != 1 {
			t.Errorf("%v after %d tries", err, waits.count())
		}
		waits.mu.Lock()
		waits.then = answers(204)
		waits.mu.Unlock()
		for range 10 { // both are still in
			if _, err := ask(s, "POST", ""); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestTimeThatIsLeftGoesAlong: the second try has what the first one left.
func TestTimeThatIsLeftGoesAlong(t *testing.T) {
	isolated(t, func(t *testing.T, n *network) {
		var mu sync.Mutex
		var left []int
		slowlyBroken := func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/readyz" {
				return
			}
			ms, err := strconv.Atoi(r.Header.Get(web.TimeoutHeader))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			left = append(left, ms)
			mu.Unlock()
			time.Sleep(10 * time.Second)
			hangUp(w, r)
		}
		n.serve(t, "10.0.0.1:80", slowlyBroken)
		n.serve(t, "10.0.0.2:80", slowlyBroken)
		s := n.set(t, "10.0.0.1", "10.0.0.2")
		start := time.Now()
		if _, err := ask(s, "GET", ""); err == nil || time.Since(start) != 15*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		time.Sleep(10 * time.Second) // the second one ends
		mu.Lock()
		defer mu.Unlock()
		if !slices.Equal(left, []int{15000, 5000}) {
			t.Errorf("the replicas were told %d ms", left)
		}
	})
}

// TestAnswerHasNoEnd: only its beginning is waited for with a bound.
func TestAnswerHasNoEnd(t *testing.T) {
	isolated(t, func(t *testing.T, n *network) {
		n.serve(t, "10.0.0.1:80", func(w http.ResponseWriter, r *http.Request) {
			for range 10 {
				_, _ = io.WriteString(w, "x")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(time.Minute)
			}
		})
		if _, err := ask(n.set(t, "10.0.0.1"), "GET", ""); err != nil {
			t.Error(err)
		}
	})
}

// TestHosts says what is dialled for what is configured and looked up.
func TestHosts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scheme, host string
		found        []string // by the look-up; nil if there is none
		dialled      []string
	}{
		"a name":            {"http", "service:8082", []string{"10.0.0.2", "10.0.0.1", "10.0.0.1"}, []string{"10.0.0.1:8082", "10.0.0.2:8082"}},
		"both families":     {"http", "localhost", []string{"::1", "127.0.0.1"}, []string{"127.0.0.1:80"}},
		"IPv6 only":         {"http", "service", []string{"fd00::1"}, []string{"[fd00::1]:80"}},
		"TLS":               {"https", "service", []string{"10.0.0.1"}, []string{"10.0.0.1:443"}},
		"an address":        {"http", "10.0.0.9:1", []string{"never"}, []string{"10.0.0.9:1"}},
		"an IPv6 address":   {"http", "[fd00::9]", []string{"never"}, []string{"[fd00::9]:80"}},
		"without a look-up": {"http", "auth", nil, []string{"auth:80"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var dialled []string
			o := replicas.Options{Scheme: c.scheme, Hosts: []string{c.host}, DialPatience: time.Second, AnswerPatience: time.Second, Log: slog.New(slog.DiscardHandler)}
			o.Dial = func(_ context.Context, _, addr string) (net.Conn, error) {
				mu.Lock()
				defer mu.Unlock()
				dialled = append(dialled, addr)
				return nil, errors.New("refused")
			}
			if c.found != nil {
				o.Lookup = func(context.Context, string) ([]string, error) { return c.found, nil }
			}
			_, _ = ask(replicas.New(o), "GET", "")
			mu.Lock()
			defer mu.Unlock()
			slices.Sort(dialled)
			if !slices.Equal(dialled, c.dialled) {
				t.Errorf("dialled %v, want %v", dialled, c.dialled)
			}
		})
	}
}

// TestLookUpThatFindsNothingIsSharedForAMoment: an outage of DNS makes no queue and no storm.
func TestLookUpThatFindsNothingIsSharedForAMoment(t *testing.T) {
	isolated(t, func(t *testing.T, n *network) {
		lookups := 0
		s := replicas.New(replicas.Options{
			Scheme: "http", Hosts: []string{"service"}, Dial: n.dial, DialPatience: time.Second, AnswerPatience: time.Second, Log: slog.New(slog.DiscardHandler),
			Lookup: func(context.Context, string) ([]string, error) {
				time.Sleep(time.Second / 2)
				lookups++
				if lookups < 2 {
					return nil, errors.New("DNS is down")
				}
				return []string{"10.0.0.1"}, nil
			},
		})
		ended := make(chan error)
		for range 50 {
			go func() { _, err := ask(s, "GET", ""); ended <- err }()
		}
		for range 50 {
			if err := <-ended; err == nil {
				t.Error("answered")
			}
		}
		if lookups != 1 {
			t.Errorf("%d look-ups for 50 requests at once", lookups)
		}
		n.serve(t, "10.0.0.1:80", answers(204))
		time.Sleep(time.Second)
		if status, err := ask(s, "GET", ""); err != nil || status != 204 {
			t.Errorf("after the outage: %d %v", status, err)
		}
		s.Close()
	})
}
