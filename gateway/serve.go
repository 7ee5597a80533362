package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"crm.example/gateway/internal/transport"
	"crm.example/pkg/web"
)

// Serve answers on ln until ctx ends and what is under way is finished, over TLS if the settings say so. Then plain HTTP on
// GATEWAY_HTTP_LISTEN is led there.
func (g *Gateway) Serve(ctx context.Context, ln net.Listener, drain web.Drain) error {
	if !g.cfg.OverTLS() {
		return web.Serve(ctx, ln, g.handler, drain)
	}
	plain, err := g.listenPlain()
	if err != nil {
		return err
	}
	renewed, cancel := context.WithCancel(context.WithoutCancel(ctx)) // to the end of the last request
	defer cancel()
	secure, challenges, err := transport.Secure(renewed, ln, g.cfg.transport(g.log, ln, plain))
	if err != nil {
		return err
	}
	if plain == nil {
		return web.Serve(ctx, secure, g.handler, drain)
	}
	ended := make(chan error, 1)
	both, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		ended <- web.Serve(both, plain, challenges(transport.ToHTTPS(portOf(ln))), web.Drain{Unready: drain.Unready, Grace: time.Second})
		stop()
	}()
	err = web.Serve(both, secure, g.handler, drain)
	stop()
	return errors.Join(err, <-ended)
}

// listenPlain is nil if nothing is to listen.
func (g *Gateway) listenPlain() (net.Listener, error) {
	if g.cfg.HTTPListen == "" {
		return nil, nil
	}
	ln, err := net.Listen("tcp", g.cfg.HTTPListen)
	if err != nil {
		return nil, fmt.Errorf("GATEWAY_HTTP_LISTEN: %w", err)
	}
	return ln, nil
}

func portOf(ln net.Listener) int {
	if at, ok := ln.Addr().(*net.TCPAddr); ok {
		return at.Port
	}
	return 0
}
