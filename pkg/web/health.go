package web

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/singleflight"

	"crm.example/pkg/problem"
)

const readyTimeout = 2 * time.Second

// readyKept is for how long an answer holds for all who ask. The gateway keeps those of the services once more, so that an
// outage goes unnoticed for half a second at most.
const readyKept = 250 * time.Millisecond

// Health adds GET /healthz, which touches nothing, and GET /readyz, which is 503 while the service
// drains or ready gives an error. The error's text is shown, so it names what is missing and no secret. ready is Kept.
func Health(e *echo.Echo, ready func(context.Context) error) {
	ready = Kept(ready)
	e.GET("/healthz", func(c echo.Context) error { return c.JSON(http.StatusOK, healthy) })
	e.GET("/readyz", func(c echo.Context) error {
		if drains(c.Request().Context()) {
			return notReady("The service is shutting down")
		}
		if err := ready(c.Request().Context()); err != nil {
			return notReady(err.Error())
		}
		return c.JSON(http.StatusOK, healthy)
	})
}

// Kept calls ready once for all who ask within a quarter of a second, and for two seconds at most: the engines that it asks
// stand behind a route that anybody may call, as often as they like. The call goes on without whoever began it.
func Kept(ready func(context.Context) error) func(context.Context) error {
	var (
		flight singleflight.Group // guards what follows
		asked  time.Time
		answer error
	)
	ask := func(ctx context.Context) error {
		if time.Since(asked) < readyKept {
			return answer
		}
		ctx, cancel := context.WithTimeout(ctx, readyTimeout)
		defer cancel()
		asked = time.Now()
		answer = ready(ctx)
		return answer
	}
	return func(ctx context.Context) error {
		select {
		case got := <-flight.DoChan("", func() (any, error) { return nil, ask(context.WithoutCancel(ctx)) }):
			return got.Err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

var healthy = map[string]string{"status": "ok"}

func notReady(detail string) error {
	return &problem.Error{Code: problem.Unavailable, Detail: detail, RetryAfter: time.Second}
}

// Refuse answers whatever e has no route for with the problem.
func Refuse(e *echo.Echo, because error) {
	e.Any("/*", func(echo.Context) error { return because })
}
