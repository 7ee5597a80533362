package replicas

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"crm.example/pkg/web"
)

// maxTries is to how many replicas one request may be sent.
const maxTries = 3

var errTooLate = errors.New("the service did not begin its answer in time")

// RoundTrip sends the request to a replica. It sends it to another one if no connection was made, or if it is
// a GET or a HEAD whose connection broke or whose answer was 502, 503 or 504. The retry budget and
// AnswerPatience limit this; the answer's body has no limit. A body needs GetBody to be sent again. If the client
// leaves, it is not the replica's failure.
func (s *Set) RoundTrip(req *http.Request) (*http.Response, error) {
	deadline := time.Now().Add(s.options.AnswerPatience)
	ctx, cancel := context.WithCancelCause(req.Context()) // ends with the request's own, after its body
	late := time.AfterFunc(s.options.AnswerPatience, func() { cancel(errTooLate) })
	res, err := s.send(req.WithContext(ctx), deadline)
	if !late.Stop() && err == nil {
		return abandoned(ctx, res)
	}
	if err != nil {
		cancel(nil)
	}
	return res, err
}

func (s *Set) send(req *http.Request, deadline time.Time) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	all, err := s.all(req.Context())
	if err != nil {
		return nil, err
	}
	s.budget.earn()
	tried := make([]*replica, 0, maxTries)
	for r := s.best(all, nil); ; {
		tried = append(tried, r)
		res, err := s.try(r, req, deadline)
		if !mayRepeat(req, res, err) || len(tried) == maxTries {
			return res, err
		}
		if r = s.another(all, tried, err == nil); r == nil {
			return res, err
		}
		if err == nil {
			discard(res)
		}
	}
}

func mayRepeat(req *http.Request, res *http.Response, err error) bool {
	harmless := req.Method == http.MethodGet || req.Method == http.MethodHead
	switch {
	case req.Context().Err() != nil: // too late, or the client left
		return false
	case req.Body != nil && req.GetBody == nil: // the body cannot be sent again
		return false
	case err != nil:
		return unsent(err) || harmless
	default:
		return harmless && outage(res.StatusCode)
	}
}

func outage(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout
}

// another returns a replica for one more try; nil if there is none or the budget is spent. An answer, even a bad
// one, is replaced only if another replica is ready: if a store is down, all will say the same.
func (s *Set) another(all, tried []*replica, answered bool) *replica {
	r := s.best(all, tried)
	if r == nil {
		return nil
	}
	if answered && r.health(time.Now()) != ready || !s.budget.spend() {
		r.waiting.Add(-1)
		return nil
	}
	return r
}

// try sends the request to this replica and notes how it went.
func (s *Set) try(r *replica, req *http.Request, deadline time.Time) (*http.Response, error) {
	defer r.waiting.Add(-1)
	out, err := addressed(req, r, deadline)
	if err != nil {
		return nil, err
	}
	res, err := r.transport.RoundTrip(out)
	switch {
	case req.Context().Err() != nil:
		return abandoned(req.Context(), res)
	case err != nil:
		s.note(req.Context(), r, err)
		return nil, err
	case res.Close && !isStream(res):
		r.leave() // it is about to end
	}
	r.answered()
	return res, nil
}

// isStream tells whether the answer is a stream, which closes its connection at its end.
func isStream(res *http.Response) bool {
	return strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream")
}

// note logs a replica's failure once: while there is another replica, clients do not notice it.
func (s *Set) note(ctx context.Context, r *replica, err error) {
	level := slog.LevelDebug
	if r.failed(time.Now()) {
		level = slog.LevelWarn
	}
	s.options.Log.Log(ctx, level, "try failed", "address", r.addr, "error", err)
}

// abandoned closes an answer for which nobody waits any more.
func abandoned(ctx context.Context, res *http.Response) (*http.Response, error) {
	if res != nil {
		_ = res.Body.Close()
	}
	return nil, context.Cause(ctx)
}

// addressed copies the request for one replica, with the complete body and the time that is left.
func addressed(req *http.Request, r *replica, deadline time.Time) (*http.Request, error) {
	out := req.WithContext(req.Context())
	u := *req.URL
	u.Host = r.host
	out.URL, out.Header = &u, maps.Clone(req.Header)
	out.Header[web.TimeoutHeader] = []string{strconv.FormatInt(max(1, time.Until(deadline).Milliseconds()), 10)}
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		out.Body = body
	}
	return out, nil
}

// maxDiscarded is how much of an unwanted answer is read, in bytes, so that its connection can be used again.
const maxDiscarded = 8 << 10

func discard(res *http.Response) {
	_, _ = io.CopyN(io.Discard, res.Body, maxDiscarded)
	_ = res.Body.Close()
}
