// Package runner runs one service as a program of its own: it opens the registry by its URL, waits until everything that the
// service needs is there, and ends everything in order. It knows no service.
package runner

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

// Service is one that is open.
type Service interface {
	Handler() http.Handler
	Run(ctx context.Context) error
	Close() error
}

// Program is a service and the other parts of its process.
type Program struct {
	Key    string // prefix of its settings, such as AUTH
	Listen string
	// Open opens the service. While its error is `unavailable`, something that it needs is not there yet, and it is called again.
	Open func(ctx context.Context) (Service, error)
	// Ready tells in a sentence what is missing, besides what the service checks itself.
	Ready func(ctx context.Context) error
	Log   *slog.Logger

	// Reopen is the pause before Open is called again; 1 s.
	Reopen time.Duration
	// Notice is how long a service that ends is unready and still takes requests; 1 s. The gateway asks each 250 ms
	// and waits 500 ms for the answer, so after 750 ms it sends nothing more. The rest is for a busy machine.
	Notice time.Duration
}

// Serve answers from the start, unready until the service is open, so that programs may start in any order. When ctx ends
// it lets the requests finish, then the service's own work, such as publishing what was acknowledged, and then closes it.
func Serve(ctx context.Context, p Program) error {
	web.CarryBallast()
	ln, err := net.Listen("tcp", p.Listen)
	if err != nil {
		return fmt.Errorf("%s_LISTEN: %w", p.Key, err)
	}
	startup, err := newStartupHandler(p)
	if err != nil {
		_ = ln.Close()
		return err
	}
	p.Log.InfoContext(ctx, "Listening", "address", ln.Addr().String())
	requests := begin(func(ctx context.Context) error {
		return web.Serve(ctx, ln, startup, web.Drain{Unready: cmp.Or(p.Notice, time.Second)})
	})
	service, err := p.open(ctx, startup)
	if err != nil || service == nil {
		return first(err, requests.end())
	}
	startup.open(service.Handler())
	work := begin(service.Run)
	select {
	case <-ctx.Done():
		p.Log.InfoContext(ctx, "Stopping: finishing the requests under way")
	case <-requests.ended:
	case <-work.ended:
	}
	return first(requests.end(), work.end(), service.Close())
}

// open returns no service if ctx ends first.
func (p Program) open(ctx context.Context, startup *startupHandler) (Service, error) {
	for waiting := false; ; waiting = true {
		service, err := p.Open(ctx)
		if err == nil {
			return service, nil
		}
		if ctx.Err() != nil {
			return nil, nil
		}
		if !problem.Is(err, problem.Unavailable) {
			return nil, err
		}
		startup.miss(err)
		if !waiting {
			p.Log.WarnContext(ctx, "Not ready: waiting for what is missing", "reason", err)
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(cmp.Or(p.Reopen, time.Second)):
		}
	}
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
