package web_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/web"
)

func TestRequestEndsWhenNobodyWaits(t *testing.T) {
	t.Parallel()
	for header, bounded := range map[string]bool{"200": true, "": false, "0": false, "-1": false, "soon": false, "99999999999999999999": false, "3600001": false} {
		synctest.Test(t, func(t *testing.T) {
			e, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			e.GET("/", func(c echo.Context) error {
				select {
				case <-c.Request().Context().Done():
					return c.Request().Context().Err()
				case <-time.After(time.Second):
					return c.NoContent(http.StatusNoContent)
				}
			})
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set(web.TimeoutHeader, header)
			w, start := httptest.NewRecorder(), time.Now()
			e.ServeHTTP(w, r)
			if bounded && (w.Code != 503 || w.Header().Get("Retry-After") != "1" || time.Since(start) != 200*time.Millisecond) || !bounded && w.Code != 204 {
				t.Errorf("%q: %d after %v", header, w.Code, time.Since(start))
			}
		})
	}
}

// TestStreamOutlivesTheTimeouts reads a piece each minute for ten, past every timeout of Serve and the caller's.
func TestStreamOutlivesTheTimeouts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		e.GET("/", func(c echo.Context) error {
			stream := web.NewStream(c.Response(), c.Request())
			defer stream.Close()
			stream.Last(func(pieces io.Writer) error {
				for {
					if _, err := io.WriteString(pieces, "x"); err != nil {
						return err
					}
					select {
					case <-time.After(time.Minute):
					case <-stream.Context().Done():
						return nil
					}
				}
			})
			return nil
		})
		ln := newPipes()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- web.Serve(ctx, ln, e, web.Drain{}) }()
		transport := &http.Transport{DialContext: ln.dial}
		req, _ := http.NewRequest("GET", "http://pipe/", nil)
		req.Header.Set(web.TimeoutHeader, "15000")
		res, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		for range 10 {
			if _, err := io.ReadFull(res.Body, make([]byte, 1)); err != nil {
				t.Fatalf("after %v: %v", time.Since(start), err)
			}
		}
		_ = res.Body.Close() // the handler hears of it
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// pipes is a listener without a network, so that time can be left to synctest.
type pipes struct {
	arrivals chan net.Conn
	closed   chan struct{}
	close    func()
}

func newPipes() pipes {
	closed := make(chan struct{})
	return pipes{make(chan net.Conn), closed, sync.OnceFunc(func() { close(closed) })}
}

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	p.arrivals <- far
	return near, nil
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.arrivals:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { p.close(); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }
