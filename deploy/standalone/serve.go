package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/mattn/go-isatty"

	"crm.example/pkg/command"
	"crm.example/pkg/web"
)

// serve runs everything until ctx ends.
func serve(ctx context.Context, call command.Call) error {
	log := call.Log
	web.CarryBallast()
	s, err := load()
	if err == nil {
		err = s.validate()
	}
	if err != nil {
		return err
	}
	data, err := openFolder(s.own.Data)
	if err != nil {
		return err
	}
	ln, err := listen(s.gateway.Listen)
	if err != nil {
		return err
	}
	defer ln.Close()
	alone, err := data.take()
	if err != nil {
		return err
	}
	if !alone {
		return fmt.Errorf("the data folder %s is in use by another standalone; STANDALONE_DATA chooses another", data.path)
	}
	defer data.release()
	if err := s.completeSecret(data); err != nil {
		return err
	}
	p, err := open(ctx, s, data, log)
	if err != nil {
		return err
	}
	if !isatty.IsTerminal(os.Stderr.Fd()) { // where a person looks, the banner says what matters
		log.InfoContext(ctx, "settings that are not the defaults; config shows all", s.changed()...)
	}
	fmt.Fprint(call.Out, p.banner(ln.Addr()))
	return errors.Join(p.run(ctx, ln), p.close())
}

// listen takes the gateway's port before anything is opened, so that a second start changes nothing.
func listen(address string) (net.Listener, error) {
	ln, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is taken by another program, perhaps by another standalone; GATEWAY_LISTEN chooses another address", address)
	}
	if err != nil {
		return nil, fmt.Errorf("GATEWAY_LISTEN: %w", err)
	}
	return ln, nil
}

// run serves until ctx ends or a part fails. Then it ends the gateway, the services, and last their background
// work, so that every acknowledged change is also published.
func (p *process) run(ctx context.Context, ln net.Listener) error {
	workers := begin(p.workers()...)
	services := begin(p.serveInside(authHost, p.auth.Handler()), p.serveInside(ticketHost, p.ticket.Handler()), p.serveInside(frontendHost, p.pages.Handler()))
	gateway := begin(p.gateway.Run, func(ctx context.Context) error { return p.gateway.Serve(ctx, ln, web.Drain{}) })
	var err error
	select {
	case <-ctx.Done():
		p.log.Info("Stopping: finishing the requests under way")
	case err = <-workers.failed:
	case err = <-services.failed:
	case err = <-gateway.failed:
	}
	return errors.Join(err, gateway.end(), services.end(), workers.end())
}
