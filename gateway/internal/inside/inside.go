// Package inside calls services that run in the gateway's own process, without a connection between them: HTTP over a pipe is a
// third of the cost of a read. It knows no routes and no contents.
package inside

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"time"

	"crm.example/pkg/web"
)

// Transport is an http.RoundTripper for the requests that package proxy makes.
type Transport struct {
	Handler http.Handler
	// Patience is what the handler is told of how long it may take. Nobody takes a handler's goroutine from it, so it must heed its context.
	Patience time.Duration
	// Connected takes the requests for Lasting, the path of a stream, which needs a connection of its own.
	Connected http.RoundTripper
	Lasting   string
}

// RoundTrip calls the handler, and returns when it has answered.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path == t.Lasting {
		return t.Connected.RoundTrip(req)
	}
	ctx, cancel := context.WithTimeoutCause(req.Context(), t.Patience, errTooLate)
	defer cancel()
	a := &answer{header: http.Header{}}
	if err := a.of(t.Handler, t.arrived(ctx, req)); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return a.response(req), nil
}

var errTooLate = errors.New("the service did not answer in time")

// arrived is the request as the service's own server would have read it.
func (t *Transport) arrived(ctx context.Context, req *http.Request) *http.Request {
	in := req.WithContext(ctx)
	u := *req.URL
	u.Scheme, u.Host = "", ""
	in.URL, in.Host, in.RequestURI, in.RemoteAddr = &u, req.URL.Host, u.RequestURI(), "127.0.0.1:0"
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1
	in.Header = make(http.Header, len(req.Header)+1)
	for name, values := range req.Header {
		in.Header[http.CanonicalHeaderKey(name)] = values
	}
	in.Header[web.TimeoutHeader] = []string{strconv.FormatInt(max(1, t.Patience.Milliseconds()), 10)}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	return in
}

// answer is a http.ResponseWriter that keeps what is written. It can be neither flushed nor taken over.
type answer struct {
	header, sent http.Header
	status       int
	body         bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

// WriteHeader fixes the status and the header. One of an answer that goes on (1xx) is left out.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status, a.sent = status, maps.Clone(a.header)
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if !mayHaveBody(a.status) {
		return 0, http.ErrBodyNotAllowed
	}
	return a.body.Write(p)
}

func mayHaveBody(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

// of lets the handler answer. A panic is the end of a connection, as in a server.
func (a *answer) of(h http.Handler, r *http.Request) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the service gave its answer up: %v", v)
		}
	}()
	h.ServeHTTP(a, r)
	a.WriteHeader(http.StatusOK)
	return nil
}

// response is the answer as a client reads it from a connection.
func (a *answer) response(req *http.Request) *http.Response {
	size := int64(a.body.Len())
	if _, given := a.sent["Content-Length"]; !given && mayHaveBody(a.status) && (size > 0 || req.Method != http.MethodHead) {
		a.sent["Content-Length"] = []string{strconv.FormatInt(size, 10)}
	}
	res := &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.sent, Body: http.NoBody, ContentLength: size, Request: req,
	}
	if req.Method != http.MethodHead && size > 0 {
		res.Body = io.NopCloser(&a.body)
	}
	return res
}
