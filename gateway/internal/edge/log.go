package edge

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"
)

// visit is one request and what became of it.
type visit struct {
	start   time.Time
	id      string
	client  netip.Addr
	request *http.Request
	answer  *answer
	user    string // the id of the user whose request it was, where the service said so
	whole   bool   // the handler came to its end: the answer was not cut off
	lasts   bool   // the answer goes on without its handler
}

// statusClientClosed stands in the log, and only there, for a client that left before its answer.
const statusClientClosed = 499

// maxLoggedPath keeps a stranger from filling the log, in bytes.
const maxLoggedPath = 256

// record logs a visit whose handler has returned.
func (e *Edge) record(v *visit) {
	if v.lasts {
		return
	}
	left := errors.Is(v.request.Context().Err(), context.Canceled)
	e.write(lineOf(v), v.answer.status, v.answer.bytes, v.whole, left)
}

// line is what the access log says of a request: never a query, a header's value or a body (OWASP ASVS 5, 16.2.5).
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

// write writes the access log. An answer that was cut off is a warning, unless the client cut it off.
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
