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
	whole   bool // the handler came to its end: the answer was not cut off
}

// statusClientClosed stands in the log, and only there, for a client that left before its answer.
const statusClientClosed = 499

// maxLoggedPath keeps a stranger from filling the log, in bytes.
const maxLoggedPath = 256

// record writes the access log: never a query, a header's value or a body (OWASP ASVS 5, 16.2.5). An answer
// that was cut off is a warning, unless the client cut it off.
func (e *Edge) record(v *visit) {
	level, status := slog.LevelInfo, v.answer.status
	attrs := make([]slog.Attr, 0, 8)
	switch left := errors.Is(v.request.Context().Err(), context.Canceled); {
	case left && !v.whole:
		status = statusClientClosed
	case !v.whole:
		level = slog.LevelWarn
		attrs = append(attrs, slog.Bool("cutOff", true))
	}
	attrs = append(attrs, slog.String("method", v.request.Method), slog.String("path", loggedPath(v.request)),
		slog.Int("status", status), slog.Int64("bytes", v.answer.bytes), slog.Float64("ms", float64(time.Since(v.start).Microseconds())/1000),
		slog.String("client", v.client.String()), slog.String("requestId", v.id))
	e.log.LogAttrs(context.Background(), level, "request", attrs...)
}

func loggedPath(r *http.Request) string {
	return r.URL.Path[:min(len(r.URL.Path), maxLoggedPath)]
}
