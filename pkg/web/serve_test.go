package web_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/pkg/web"
)

// drained serves hello on pipes, and says how long Serve takes to end after during has begun.
func drained(t *testing.T, during func(dial func() net.Conn, end func())) time.Duration {
	t.Helper()
	p := newPipes()
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	go func() { served <- web.Serve(ctx, p, hello, web.Drain{}) }()
	var begun time.Time
	dial := func() net.Conn {
		conn, err := p.dial(ctx, "", "")
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	during(dial, func() { begun = time.Now(); stop() })
	if err := <-served; err != nil {
		t.Error(err)
	}
	return time.Since(begun)
}

// Browsers connect ahead of requests that may never come: a server that ends does not wait for those.
func TestConnectionsThatSaidNothingHoldNoEndUp(t *testing.T) {
	t.Parallel()
	for name, age := range map[string]time.Duration{"just made": 0, "old": 3 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			took := drained(t, func(dial func() net.Conn, end func()) {
				for range 6 {
					dial()
				}
				time.Sleep(age)
				end()
			})
			if took > 2*time.Second {
				t.Errorf("%s: the end took %s", name, took)
			}
		})
	}
}

func TestAFirstRequestDuringTheEndIsAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		drained(t, func(dial func() net.Conn, end func()) {
			conn := dial()
			synctest.Wait()
			end()
			time.Sleep(400 * time.Millisecond)
			if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			if answer, err := io.ReadAll(conn); err != nil || len(answer) == 0 {
				t.Errorf("answered %q, %v", answer, err)
			}
		})
	})
}
