// Package edge checks every request before anything else sees it. It alone decides what clients may send
// (default deny), which headers every answer has, and what is logged. Behind it a request is plain:
// canonical path, readable query, known headers, a complete body, one request id, one client address.
// It knows no route and no service.
package edge

import (
	"log/slog"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

// Options of an Edge.
type Options struct {
	Log *slog.Logger
	// Origins may read answers in a browser: "*" alone, or scheme://host[:port] each. Without any, no origin may.
	Origins []string
	// Headers has more headers that pages of those origins may send. They are not passed on.
	Headers []string
	// Proxies are the only peers whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// Subdomains makes browsers that came by TLS use it for all subdomains as well.
	Subdomains bool
	// BodyPatience is how long a client may take to send its body.
	BodyPatience time.Duration
}

// Edge guards the handler behind it.
type Edge struct {
	next         http.Handler
	log          *slog.Logger
	cors         cors
	proxies      []netip.Prefix
	transport    []string // Strict-Transport-Security
	bodyPatience time.Duration
	doubted      atomic.Int64 // when the log last said that a peer is not trusted
}

// New makes an Edge in front of next.
func New(next http.Handler, o Options) *Edge {
	return &Edge{
		next: next, log: o.Log, cors: newCORS(o.Origins, o.Headers), proxies: o.Proxies,
		transport: strictTransport(o.Subdomains), bodyPatience: o.BodyPatience,
	}
}

// ServeHTTP lets a request through, refuses it with a problem, or answers a CORS preflight.
func (e *Edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.doubt(r)
	v := visit{start: time.Now(), id: requestID(r.Header), client: clientAddress(r, e.proxies), request: r}
	v.answer = newAnswer(w, func(h http.Header) {
		v.user = h.Get(web.UserHeader)
		h.Del(web.UserHeader)
		e.dress(h, r, v.id)
	})
	v.answer.outlast = func() func(int64, bool, bool) { return e.outlast(&v) }
	v.answer.Header().Set(web.RequestIDHeader, v.id) // problems repeat it in their body
	defer e.record(&v)
	e.serve(&v)
	v.answer.WriteHeader(http.StatusOK) // the status of a handler that wrote nothing
	v.whole = true
}

func (e *Edge) serve(v *visit) {
	if isPreflight(v.request) { // for every path: a page could not read why it is refused
		e.cors.preflight(v.answer.Header())
		v.answer.WriteHeader(http.StatusNoContent)
		return
	}
	if v.request.Method == http.MethodOptions && v.request.RequestURI == "*" { // of the server itself (RFC 9110, section 9.3.7)
		v.answer.Header().Set("Allow", methods)
		v.answer.WriteHeader(http.StatusNoContent)
		return
	}
	if err := inspect(v.request); err != nil {
		e.refuse(v, err)
		return
	}
	https := overHTTPS(v.request, e.proxies)
	if err := e.checkSession(v.request, https); err != nil {
		e.refuse(v, err)
		return
	}
	body, err := readBody(v.answer.ResponseWriter, v.request, e.bodyPatience)
	if err != nil {
		e.refuse(v, err)
		return
	}
	e.next.ServeHTTP(v.answer, plain(v, body, https))
}

// inspect finds the first reason to refuse the request.
func inspect(r *http.Request) error {
	for _, check := range []func(*http.Request) error{
		checkSize, checkMethod, checkHost, checkPath, checkQuery, checkConnection, checkHeaders,
	} {
		if err := check(r); err != nil {
			return err
		}
	}
	return nil
}

// restPatience is how long to wait for the rest of a refused request's body: net/http reads it before it
// sends the answer, so that a client that is still sending can read the answer.
const restPatience = time.Second

func (e *Edge) refuse(v *visit, err error) {
	_ = v.answer.patient.SetReadDeadline(time.Now().Add(min(restPatience, e.bodyPatience)))
	switch h := v.answer.Header(); {
	case problem.Is(err, problem.MethodNotAllowed):
		h.Set("Allow", methods)
	case problem.Is(err, problem.UnsupportedMediaType):
		h.Set("Accept-Encoding", "identity") // RFC 9110, section 12.5.3
	}
	web.WriteProblem(v.answer, v.request, err)
}

// plain is the request as everything behind the edge sees it. It shares nothing with the client's request
// that could change it later.
func plain(v *visit, body []byte, https bool) *http.Request {
	r := v.request.WithContext(v.request.Context())
	r.Header = forwarded(v.request.Header)
	r.Header.Set(web.RequestIDHeader, v.id)
	r.Header.Set("X-Forwarded-For", v.client.String())
	passSession(r.Header, v.request, https)
	r.Trailer, r.TransferEncoding, r.Close = nil, nil, false
	setBody(r, body)
	return r
}

// dress adds the headers of every answer.
func (e *Edge) dress(h http.Header, r *http.Request, id string) {
	h.Set(web.RequestIDHeader, id)
	h.Del("Trailer")
	e.cors.apply(h, r.Header.Get("Origin"))
	secure(h)
	if overHTTPS(r, e.proxies) { // over plain http it must not be sent (RFC 6797, section 7.2)
		h["Strict-Transport-Security"] = e.transport
	}
	if len(r.TransferEncoding) > 0 {
		// net/http hides a Content-Length beside it. RFC 9112, section 6.1: such a connection must
		// close, so that what follows can't be taken for a request by one side only.
		h.Set("Connection", "close")
	}
}

// requestID takes the client's id over if there is exactly one and it is plausible.
func requestID(h http.Header) string {
	sent := h.Values(web.RequestIDHeader)
	if len(sent) != 1 {
		return web.NewRequestID("")
	}
	return web.NewRequestID(sent[0])
}
