package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"

	"crm.example/deploy/examples/notifier"
	"crm.example/deploy/standalone/internal/memlisten"
	"crm.example/gateway"
	"crm.example/pkg/bus/embedded"
	"crm.example/pkg/registry/memory"
	"crm.example/pkg/web"
	"crm.example/services/auth"
	"crm.example/services/frontend"
	"crm.example/services/ticket"
)

// process is everything that runs in it, opened.
type process struct {
	settings settings
	log      *slog.Logger
	inside   memlisten.Network

	server  *embedded.Server
	nats    *nats.Conn
	auth    *auth.Service
	ticket  *ticket.Service
	gateway *gateway.Gateway
	pages   *frontend.Service

	notifier *notifier.Notifier // nil without STANDALONE_NOTIFIER
}

// open opens each part as its own program does; only the connections between them are different.
func open(ctx context.Context, s settings, data *folder, log *slog.Logger) (*process, error) {
	p := &process{settings: s, log: log}
	err := p.openNATS(data)
	if err == nil {
		err = p.openServices(ctx)
	}
	if err == nil && s.own.Notifier {
		p.notifier, err = notifier.Open(s.notifier, p.nats, log.With("part", "notifier"))
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *process) openNATS(data *folder) (err error) {
	address := p.settings.own.NATSListen
	p.server, err = embedded.Start(embedded.Options{Dir: data.in("nats"), Listen: address, Log: p.log})
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is taken by another program, perhaps by a NATS server; STANDALONE_NATS_LISTEN chooses another address", address)
	}
	if err != nil {
		return err
	}
	p.nats, err = p.server.Connect()
	return err
}

func (p *process) openServices(ctx context.Context) (err error) {
	registry := memory.New()
	client := &http.Client{Transport: &http.Transport{DialContext: p.inside.DialContext}, Timeout: 5 * time.Second}
	if p.auth, err = auth.Open(ctx, p.settings.auth, auth.Deps{
		Tokens: registry, Throttle: registry, NATS: p.nats, Log: p.log.With("part", "auth"),
	}); err != nil {
		return err
	}
	if p.ticket, err = ticket.Open(ctx, p.settings.ticket, ticket.Deps{
		Tokens: registry, Throttle: registry, NATS: p.nats, HTTP: client, Log: p.log.With("part", "ticket"),
	}); err != nil {
		return err
	}
	if p.pages, err = frontend.Open(); err != nil {
		return err
	}
	g := p.settings.gateway
	p.gateway, err = gateway.Open(ctx, g, gateway.Deps{
		Dial: p.inside.DialContext, Log: p.log.With("part", "gateway"),
		Inside: map[string]http.Handler{g.AuthURL: p.auth.Handler(), g.TicketURL: p.ticket.Handler(), g.FrontendURL: p.pages.Handler()},
	})
	return err
}

// serveInside does what a service's own program does on its port.
func (p *process) serveInside(host string, handler http.Handler) func(context.Context) error {
	ln := p.inside.Listen(host)
	return func(ctx context.Context) error { return web.Serve(ctx, ln, handler, web.Drain{}) }
}

// close closes what open has opened, the other way round.
func (p *process) close() error {
	var errs []error
	if p.notifier != nil {
		errs = append(errs, p.notifier.Close())
	}
	if p.gateway != nil {
		errs = append(errs, p.gateway.Close())
	}
	if p.ticket != nil {
		errs = append(errs, p.ticket.Close())
	}
	if p.auth != nil {
		errs = append(errs, p.auth.Close())
	}
	if p.nats != nil {
		p.nats.Close()
	}
	if p.server != nil {
		p.server.Shutdown()
	}
	return errors.Join(errs...)
}
