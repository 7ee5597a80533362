package web

import (
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
)

var errBodyTooLarge = problem.New(problem.BodyTooLarge, "At most 128 KiB")

// details is the body of a problem, RFC 9457 with the members code, requestId, errors and params.
type details struct {
	Type      string          `json:"type"`
	Code      problem.Code    `json:"code"`
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Detail    string          `json:"detail,omitempty"`
	Instance  string          `json:"instance"`
	RequestID string          `json:"requestId"`
	Errors    []problem.Field `json:"errors,omitempty"`
	Params    map[string]any  `json:"params,omitempty"`
}

// WriteProblem answers with the problem in err, without its cause.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problem.From(err)
	kind := p.Kind()
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Del("Content-Length")
	if challenge := challengeOf(kind); challenge != "" {
		h.Set("WWW-Authenticate", challenge)
	}
	if p.RetryAfter > 0 {
		h.Set("Retry-After", wholeSeconds(p.RetryAfter))
	}
	w.WriteHeader(kind.Status)
	if r.Method == http.MethodHead {
		return
	}
	_ = encode(w, details{ // a client that has left needs no answer
		Type: "/problems/" + string(kind.Code), Code: kind.Code, Title: kind.Title, Status: kind.Status,
		Detail: p.Detail, Instance: r.URL.Path, RequestID: h.Get(RequestIDHeader), Errors: p.Fields, Params: p.Params,
	})
}

// challengeOf is the value of WWW-Authenticate (RFC 6750, section 3). It has no error if no token was sent.
func challengeOf(kind problem.Kind) string {
	switch {
	case kind.Code == problem.TokenMissing || kind.Status == http.StatusUnauthorized:
		return `Bearer realm="crm"`
	case kind.Code == problem.RoleForbidden:
		return `Bearer realm="crm", error="insufficient_scope"`
	case kind.Token:
		return `Bearer realm="crm", error="invalid_token", error_description="` + string(kind.Code) + `"`
	default:
		return ""
	}
}

func wholeSeconds(d time.Duration) string {
	return strconv.Itoa(int(math.Ceil(d.Seconds())))
}

// handleError answers every error of an Echo, and logs those that are our fault, once.
func handleError(log *slog.Logger, c echo.Context, err error) {
	if c.Response().Committed {
		return
	}
	r := c.Request()
	p := hinted(translate(err), r.URL.Path)
	switch status := p.Kind().Status; {
	case status == http.StatusInternalServerError:
		log.ErrorContext(r.Context(), "internal error", "method", r.Method, "path", r.URL.Path, "error", err)
	case status > http.StatusInternalServerError && p.Cause != nil:
		log.WarnContext(r.Context(), "unavailable", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	WriteProblem(c.Response(), r, p)
}

// hinted adds a hint to a 404 whose path ends with a slash: no route has one.
func hinted(p *problem.Error, path string) *problem.Error {
	meant := strings.TrimRight(path, "/")
	if p.Code != problem.NotFound || p.Detail != "" || meant == path || meant == "" {
		return p
	}
	h := *p
	h.Detail = "Perhaps you mean " + meant + ", without a slash at its end"
	return &h
}

// translate turns the errors of Echo and net/http into problems of the contract too.
func translate(err error) *problem.Error {
	var p *problem.Error
	if errors.As(err, &p) {
		return p
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errBodyTooLarge
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		for _, k := range problem.Kinds {
			if k.Status == he.Code && !k.Token {
				return &problem.Error{Code: k.Code, Cause: he.Internal}
			}
		}
	}
	return problem.From(err)
}
