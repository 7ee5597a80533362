package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/mattn/go-isatty"
)

// NewLogger writes readable lines to a terminal and JSON to anything else, with the request's id where there is one. It
// becomes the default of the process, so that messages of net/http and other libraries use it too: it is for mains.
func NewLogger(out *os.File, level slog.Level) *slog.Logger {
	log := slog.New(requestIDs{jsonHandler(out, level)})
	if isatty.IsTerminal(out.Fd()) {
		log = slog.New(requestIDs{textHandler(out, level)})
	}
	slog.SetDefault(log)
	return log
}

// statusClientClosed means, only in the log, that the client left before the answer.
const statusClientClosed = 499

// UserHeader tells the gateway, for its log, which user sent the request. The gateway removes it from the answer.
const UserHeader = "X-Crm-User"

// NoteUser puts a user's id into the access log's line of this request, here and at the gateway.
func NoteUser(c echo.Context, id string) { c.Response().Header().Set(UserHeader, id) }

// accessLog writes one line for each request at the given level, without query, headers and body.
func accessLog(log *slog.Logger, level slog.Level) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if !log.Enabled(c.Request().Context(), level) {
				return next(c)
			}
			start := time.Now()
			if err := next(c); err != nil {
				c.Error(err) // writes the answer, so that its status is known here
			}
			r := c.Request()
			attrs := append(make([]slog.Attr, 0, 7),
				slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", statusOf(c)),
				slog.Int64("bytes", c.Response().Size), slog.Float64("ms", float64(time.Since(start).Microseconds())/1000), slog.String("client", c.RealIP()))
			if id := c.Response().Header().Get(UserHeader); id != "" {
				attrs = append(attrs, slog.String("user", id))
			}
			log.LogAttrs(r.Context(), level, "request", attrs...)
			return nil
		}
	}
}

func statusOf(c echo.Context) int {
	if errors.Is(c.Request().Context().Err(), context.Canceled) {
		return statusClientClosed
	}
	return c.Response().Status
}

// recoverPanics turns a panic into an internal problem. An aborted answer stays aborted, so that a body that was cut off never looks
// complete.
func recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch v := recover(); v {
			case nil:
			case http.ErrAbortHandler:
				panic(v)
			default:
				err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
			}
		}()
		return next(c)
	}
}
