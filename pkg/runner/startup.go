package runner

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

// startupHandler answers while the service is not open yet: /healthz is ok, /readyz says what is missing, and every other
// route is a problem `unavailable`. Afterwards it gives requests to the service.
type startupHandler struct {
	ready   func(context.Context) error
	before  http.Handler
	service atomic.Pointer[http.Handler]
	missing atomic.Pointer[string]
}

func newStartupHandler(p Program) (*startupHandler, error) {
	h := &startupHandler{}
	if p.Ready != nil {
		h.ready = web.Kept(p.Ready)
	}
	e, err := web.New(web.Options{Log: p.Log})
	if err != nil {
		return nil, err
	}
	web.Health(e, h.waiting)
	web.Refuse(e, &problem.Error{Code: problem.Unavailable, RetryAfter: time.Second})
	h.before = e
	return h, nil
}

func (h *startupHandler) open(service http.Handler) { h.service.Store(&service) }

func (h *startupHandler) miss(err error) {
	text := problem.From(err).Detail
	if text == "" {
		text = "The store does not answer"
	}
	h.missing.Store(&text)
}

func (h *startupHandler) waiting(context.Context) error {
	if text := h.missing.Load(); text != nil {
		return errors.New(*text)
	}
	return errors.New("The service is starting")
}

func (h *startupHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	service := h.service.Load()
	switch {
	case service == nil:
		h.before.ServeHTTP(w, r)
	case r.URL.Path == "/readyz" && h.ready != nil:
		h.checkReady(w, r, *service)
	default:
		(*service).ServeHTTP(w, r)
	}
}

// checkReady first asks Ready, and then the service itself.
func (h *startupHandler) checkReady(w http.ResponseWriter, r *http.Request, service http.Handler) {
	if err := h.ready(r.Context()); err != nil {
		web.WriteProblem(w, r, &problem.Error{Code: problem.Unavailable, Detail: err.Error(), RetryAfter: time.Second})
		return
	}
	service.ServeHTTP(w, r)
}
