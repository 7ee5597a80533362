package gateway_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/gateway"
	"crm.example/pkg/web"
)

// relayed is a gateway before a service whose one answer lasts, both served by web.Serve. It lives in a bubble, which
// ends only when every goroutine has: none stays behind.
type relayed struct {
	book                       *logBook
	body                       io.ReadCloser
	left                       chan error // why the service's stream ended
	cut                        chan struct{}
	endService, endGateway     context.CancelFunc
	serviceEnded, gatewayEnded chan error
	close                      func()
}

var errCut = errors.New("the service breaks")

// listenThrough opens the stream of a piece a minute.
func listenThrough(t *testing.T) *relayed {
	t.Helper()
	r := &relayed{book: &logBook{}, left: make(chan error, 1), cut: make(chan struct{}), serviceEnded: make(chan error, 1), gatewayEnded: make(chan error, 1)}
	service, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	service.GET("/v1/ticket/events", r.tick)
	inside, outside := newPipes(), newPipes()
	cfg := gateway.Defaults()
	cfg.AuthURL, cfg.TicketURL = "http://auth", "http://ticket"
	g, err := gateway.Open(t.Context(), cfg, gateway.Deps{Dial: inside.dial, Log: slog.New(slog.NewJSONHandler(r.book, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var serviceCtx, gatewayCtx context.Context
	serviceCtx, r.endService = context.WithCancel(ctx)
	gatewayCtx, r.endGateway = context.WithCancel(ctx)
	var tending sync.WaitGroup
	tending.Go(func() { _ = g.Run(ctx) })
	go func() { r.serviceEnded <- web.Serve(serviceCtx, inside, service, web.Drain{}) }()
	go func() { r.gatewayEnded <- web.Serve(gatewayCtx, outside, g.Handler(), web.Drain{}) }()
	req, _ := http.NewRequest("GET", "http://gateway/v1/ticket/events", nil)
	res, err := (&http.Transport{DialContext: outside.dial}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	r.body = res.Body
	r.close = func() {
		_ = res.Body.Close()
		stop()
		tending.Wait()
		if err := errors.Join(<-r.serviceEnded, <-r.gatewayEnded, g.Close()); err != nil {
			t.Error(err)
		}
	}
	return r
}

func (r *relayed) tick(c echo.Context) error {
	c.Response().Header().Set("Content-Type", "text/event-stream")
	stream := web.NewStream(c.Response(), c.Request())
	defer stream.Close()
	stream.Last(func(pieces io.Writer) error {
		for {
			if _, err := io.WriteString(pieces, time.Now().UTC().Format(time.RFC3339)); err != nil {
				return err
			}
			select {
			case <-time.After(time.Minute):
			case <-r.cut:
				return errCut
			case <-stream.Context().Done():
				r.left <- context.Cause(stream.Context())
				return nil
			}
		}
	})
	return nil
}

// next reads a piece, which must be as new as it can be.
func (r *relayed) next(t *testing.T) {
	t.Helper()
	piece := make([]byte, len("2000-01-01T00:00:00Z"))
	if _, err := io.ReadFull(r.body, piece); err != nil {
		t.Fatalf("at %v: %v", time.Now(), err)
	}
	if now := time.Now().UTC().Format(time.RFC3339); string(piece) != now {
		t.Fatalf("got %s at %s", piece, now)
	}
}

func TestStreamOutlivesEveryTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := listenThrough(t)
		defer r.close()
		for range 11 {
			r.next(t)
		}
		if text := r.book.text(); strings.Contains(text, "events") {
			t.Errorf("it was logged before its end: %s", text)
		}
	})
}

// Every end is what it is for the client, the service and the log, at once.
func TestStreamEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end    func(*relayed)
		client string // what the client reads in the end; "" is a clean end
		log    string
	}{
		"the gateway closes": {func(r *relayed) { r.endGateway() }, "", `"status":200`},
		"the service closes": {func(r *relayed) { r.endService() }, "", `"status":200`},
		"the service breaks": {func(r *relayed) { close(r.cut) }, "unexpected EOF", `"cutOff":true`},
		"the client leaves":  {func(r *relayed) { _ = r.body.Close() }, "closed response body", `"status":499`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := listenThrough(t)
				defer r.close()
				r.next(t)
				time.Sleep(time.Second)
				begun := time.Now()
				c.end(r)
				if rest, err := io.ReadAll(r.body); len(rest) > 0 || (err == nil) != (c.client == "") || err != nil && !strings.Contains(err.Error(), c.client) {
					t.Errorf("the client read %q, then %v", rest, err)
				}
				synctest.Wait()
				if took := time.Since(begun); took > time.Second {
					t.Errorf("it took %s", took)
				}
				if name != "the service breaks" && len(r.left) != 1 {
					t.Error("the service does not know")
				}
				if text := r.book.text(); strings.Count(text, "/v1/ticket/events") != 1 || !strings.Contains(text, c.log) {
					t.Errorf("log: %s", text)
				}
			})
		})
	}
}
