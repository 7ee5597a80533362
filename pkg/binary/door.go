package binary

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

// door stands before the service: until that is open, /healthz is answered, /readyz names what is missing, and everything
// else is a problem `unavailable`.
type door struct {
	ready   func(context.Context) error
	closed  http.Handler
	service atomic.Pointer[http.Handler]
	missing atomic.Pointer[string]
}

func newDoor(p Program) (*door, error) {
	d := &door{}
	if p.Ready != nil {
		d.ready = web.Kept(p.Ready)
	}
	e, err := web.New(web.Options{Log: p.Log})
	if err != nil {
		return nil, err
	}
	web.Health(e, d.waiting)
	web.Refuse(e, &problem.Error{Code: problem.Unavailable, RetryAfter: time.Second})
	d.closed = e
	return d, nil
}

func (d *door) open(h http.Handler) { d.service.Store(&h) }

func (d *door) miss(err error) {
	text := problem.From(err).Detail
	if text == "" {
		text = "The store does not answer"
	}
	d.missing.Store(&text)
}

func (d *door) waiting(context.Context) error {
	if text := d.missing.Load(); text != nil {
		return errors.New(*text)
	}
	return errors.New("The service is starting")
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	service := d.service.Load()
	switch {
	case service == nil:
		d.closed.ServeHTTP(w, r)
	case r.URL.Path == "/readyz" && d.ready != nil:
		d.checkReady(w, r, *service)
	default:
		(*service).ServeHTTP(w, r)
	}
}

// checkReady looks at what the service does not look after, and then leaves the answer to the service.
func (d *door) checkReady(w http.ResponseWriter, r *http.Request, service http.Handler) {
	if err := d.ready(r.Context()); err != nil {
		web.WriteProblem(w, r, &problem.Error{Code: problem.Unavailable, Detail: err.Error(), RetryAfter: time.Second})
		return
	}
	service.ServeHTTP(w, r)
}
