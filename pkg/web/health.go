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

// readyKept is how long an answer is reused for everybody. The gateway reuses those of the services too, so an outage is noticed
// after half a second at most.
const readyKept = 250 * time.Millisecond

// Health adds GET /healthz, which touches nothing, and GET /readyz, which is 503 while the service
// drains or ready gives an error. Everybody sees the error's text, so it must name what is missing and no secret. ready is used through Kept.
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

// Kept calls ready once for everybody who asks within a quarter of a second, and for at most two seconds: anybody may call the
// route, as often as they like, and ready asks the engines. The call goes on even if the caller that began it leaves.
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

// Refuse answers every request for which e has no route with the problem.
func Refuse(e *echo.Echo, because error) {
	e.Any("/*", func(echo.Context) error { return because })
}
