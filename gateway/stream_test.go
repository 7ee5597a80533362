package gateway_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/gateway"
	"crm.example/pkg/web"
)

// TestStreamOutlivesEveryTimeout reads an event a minute for ten through the gateway, both sides served by
// web.Serve, and each the moment it is written.
func TestStreamOutlivesEveryTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		service.GET("/v1/ticket/events", func(c echo.Context) error {
			c.Response().Header().Set("Content-Type", "text/event-stream")
			stream := web.NewStream(c.Response(), c.Request())
			defer stream.Close()
			stream.Last(func(pieces io.Writer) error {
				for stream.Context().Err() == nil {
					_, _ = io.WriteString(pieces, time.Now().UTC().Format(time.RFC3339))
					select {
					case <-time.After(time.Minute):
					case <-stream.Context().Done():
					}
				}
				return nil
			})
			return nil
		})
		inside, outside := newPipes(), newPipes()
		cfg := gateway.Defaults()
		cfg.AuthURL, cfg.TicketURL = "http://auth", "http://ticket"
		g, err := gateway.Open(t.Context(), cfg, gateway.Deps{Dial: inside.dial, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var serving sync.WaitGroup
		serving.Go(func() { _ = g.Run(ctx) })
		serving.Go(func() { _ = web.Serve(ctx, inside, service, web.Drain{}) })
		serving.Go(func() { _ = web.Serve(ctx, outside, g.Handler(), web.Drain{}) })

		req, _ := http.NewRequest("GET", "http://gateway/v1/ticket/events", nil)
		res, err := (&http.Transport{DialContext: outside.dial}).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		for event := make([]byte, len("2000-01-01T00:00:00Z")); ; {
			if _, err := io.ReadFull(res.Body, event); err != nil {
				t.Fatalf("at %v: %v", time.Now(), err)
			}
			if now := time.Now().UTC().Format(time.RFC3339); string(event) != now {
				t.Fatalf("got %s at %s", event, now)
			} else if time.Now().Minute() == 10 { // synctest's clock starts on the hour
				break
			}
		}
		_ = res.Body.Close()
		stop()
		serving.Wait()
		_ = g.Close()
	})
}
