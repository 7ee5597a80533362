package web

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
)

const readyTimeout = 2 * time.Second

// Health adds GET /healthz, which touches nothing, and GET /readyz, which is 503 while the service
// drains or ready gives an error. The error's text is shown, so it names what is missing and no secret.
func Health(e *echo.Echo, ready func(context.Context) error) {
	e.GET("/healthz", func(c echo.Context) error { return c.JSON(http.StatusOK, healthy) })
	e.GET("/readyz", func(c echo.Context) error {
		if drains(c.Request().Context()) {
			return notReady("The service is shutting down")
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), readyTimeout)
		defer cancel()
		if err := ready(ctx); err != nil {
			return notReady(err.Error())
		}
		return c.JSON(http.StatusOK, healthy)
	})
}

var healthy = map[string]string{"status": "ok"}

func notReady(detail string) error {
	return &problem.Error{Code: problem.Unavailable, Detail: detail, RetryAfter: time.Second}
}

// Refuse answers whatever e has no route for with the problem.
func Refuse(e *echo.Echo, because error) {
	e.Any("/*", func(echo.Context) error { return because })
}
