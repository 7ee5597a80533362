package edge

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"
)

// visit is one request and its answer.
type visit struct {
	start   time.Time
	id      string
	client  netip.Addr
	request *http.Request
	answer  *answer
	user    string // the id of the user who sent it, if the service said so
	whole   bool   // the handler returned: the answer was not cut off
	lasts   bool   // the answer goes on after its handler
}

// statusClientClosed means, only in the log, that the client left before its answer.
const statusClientClosed = 499

// maxLoggedPath is the limit in bytes, so that nobody can fill the log.
const maxLoggedPath = 256

// record logs a visit whose handler has returned.
func (e *Edge) record(v *visit) {
	if v.lasts {
		return
	}
	left := errors.Is(v.request.Context().Err(), context.Canceled)
	e.write(lineOf(v), v.answer.status, v.answer.bytes, v.whole, left)
}

// line is the line of a request in the access log. It has no query, header value or body (OWASP ASVS 5, 16.2.5).
type line struct {
	start        time.Time
	method, path string
	client       netip.Addr
	id, user     string
}

func lineOf(v *visit) line {
	path := v.request.URL.Path
	return line{v.start, v.request.Method, path[:min(len(path), maxLoggedPath)], v.client, v.id, v.user}
}

// write writes the access log. If the answer was cut off, and not by the client, it is a warning.
func (e *Edge) write(l line, status int, bytes int64, whole, left bool) {
	level := slog.LevelInfo
	attrs := make([]slog.Attr, 0, 9)
	switch {
	case left && !whole:
		status = statusClientClosed
	case !whole:
		level = slog.LevelWarn
		attrs = append(attrs, slog.Bool("cutOff", true))
	}
	attrs = append(attrs, slog.String("method", l.method), slog.String("path", l.path),
		slog.Int("status", status), slog.Int64("bytes", bytes), slog.Float64("ms", float64(time.Since(l.start).Microseconds())/1000),
		slog.String("client", l.client.String()), slog.String("requestId", l.id))
	if l.user != "" {
		attrs = append(attrs, slog.String("user", l.user))
	}
	e.log.LogAttrs(context.Background(), level, "request", attrs...)
}
