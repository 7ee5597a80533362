package edge

import (
	"net/http"
	"slices"
	"strings"
)

// cors lets browsers of other origins read the answers (Fetch standard). Never with credentials: tokens
// are only in Authorization, so "*" gives a page no access that it does not have.
type cors struct {
	any     bool
	origins map[string]bool
	headers string // that a page may send
}

// pageHeaders has our own headers that a page may send, and those that tracing libraries add to every request.
const pageHeaders = "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID, X-Request-Id, Traceparent, Tracestate, Baggage, Sentry-Trace"

func newCORS(origins, headers []string) cors {
	c := cors{any: slices.Contains(origins, "*"), origins: map[string]bool{}, headers: strings.Join(append([]string{pageHeaders}, headers...), ", ")}
	for _, origin := range origins {
		c.origins[origin] = true
	}
	return c
}

// apply is for every answer, also errors: without it a page sees only that something failed.
func (c cors) apply(h http.Header, origin string) {
	switch {
	case c.any:
		h.Set("Access-Control-Allow-Origin", "*")
	case len(c.origins) == 0:
		return
	default:
		h.Add("Vary", "Origin") // also if no origin was sent: caches must keep both apart
		if !c.origins[origin] {
			return
		}
		h.Set("Access-Control-Allow-Origin", origin)
	}
	h.Set("Access-Control-Expose-Headers", "Location, ETag, Retry-After, WWW-Authenticate, X-Request-Id")
}

// preflight says the same for every path: the service decides what a route accepts.
func (c cors) preflight(h http.Header) {
	if !c.any && len(c.origins) == 0 {
		return
	}
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
	h.Set("Access-Control-Allow-Headers", c.headers)
	h.Set("Access-Control-Max-Age", "7200") // two hours, which is as long as Chromium keeps it
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}
