package edge

import (
	"net/http"
	"strings"

	"crm.example/pkg/problem"
)

// occurs says how often a header may be in a request.
type occurs int

const (
	often occurs = iota
	once         // if there were two, different programs would use different ones
)

// allowed has the headers that the services get. All others are dropped, also those with underscores and
// those for forwarding and for overriding the method. Left out on purpose: Cookie (session.go adds the
// session's), TE (answers have no coding behind the gateway), Expect (handled
// here), Origin (the edge does CORS). X-Request-Id and X-Forwarded-For are set again.
var allowed = map[string]occurs{
	"Accept":          often,
	"Accept-Encoding": often, // for the pages; package proxy keeps it from the rest
	"Accept-Language": often,
	"Baggage":         often,
	"Authorization":   once,
	"Content-Type":    once,
	"Idempotency-Key": once,
	"If-Match":        often,
	"If-None-Match":   often,
	"Last-Event-Id":   once,
	"Sentry-Trace":    often,
	"Traceparent":     often, // W3C Trace Context: if it cannot be read, a new trace begins, and the request is not refused
	"Tracestate":      often,
	"User-Agent":      often,
	"X-Session":       once,
}

// forwarded copies the headers that go on.
func forwarded(in http.Header) http.Header {
	out := make(http.Header, len(allowed)+2)
	for name := range allowed {
		if values := in[name]; len(values) > 0 {
			out[name] = append([]string(nil), values...)
		}
	}
	return out
}

// checkHeaders refuses headers that change the meaning of the request, since dropping them silently would be wrong.
func checkHeaders(r *http.Request) error {
	for name, times := range allowed {
		values := r.Header[name]
		if times == once && (len(values) > 1 || len(values) == 1 && !visible(values[0])) {
			return problem.New(problem.MalformedRequest, name+" must be sent once, in visible ASCII")
		}
	}
	for _, coding := range r.Header.Values("Content-Encoding") {
		if !strings.EqualFold(coding, "identity") {
			return problem.New(problem.UnsupportedMediaType, "The body must be sent without content coding")
		}
	}
	return nil
}

func visible(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}

// checkConnection refuses Connection options that name other headers (a client could have one removed
// on the way) and any change of protocol. Upgrade: h2c is ignored, as RFC 9110, section 7.8 allows: Java's
// HttpClient offers it with the first request to every plain http address.
func checkConnection(r *http.Request) error {
	for option := range listed(r.Header["Connection"]) {
		switch option {
		case "", "close", "keep-alive", "te", "upgrade", "http2-settings":
		default:
			return problem.New(problem.MalformedRequest, "Connection may say close or keep-alive only")
		}
	}
	for protocol := range listed(r.Header["Upgrade"]) {
		if protocol != "" && protocol != "h2c" {
			return problem.New(problem.MalformedRequest, "This server does not switch to another protocol")
		}
	}
	return nil
}

// listed yields the members of a header that is a comma-separated list, in lower case.
func listed(values []string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, value := range values {
			for member := range strings.SplitSeq(value, ",") {
				if !yield(strings.ToLower(strings.Trim(member, " \t"))) {
					return
				}
			}
		}
	}
}

// headerLimit is the longest request line and headers together, in bytes. net/http has a limit of its
// own, far above, which answers in plain text.
const headerLimit = 16 << 10

func checkSize(r *http.Request) error {
	size := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len("Host: ") + len(r.Host) + 6
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	if size > headerLimit {
		return problem.New(problem.HeadersTooLarge, "At most 16 KiB")
	}
	return nil
}
