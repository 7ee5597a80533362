package main

import (
	"context"
	"errors"

	"crm.example/pkg/admission"
	"crm.example/pkg/bus"
	"crm.example/pkg/config"
	"crm.example/pkg/events"
	"crm.example/pkg/runner"
	"crm.example/services/auth"
)

// serve runs the service beside the others, on engines that all replicas share.
func serve(ctx context.Context, c command) error {
	if len(c.args) > 0 {
		return errUsage
	}
	if err := c.cfg.Validate(); err != nil {
		return err
	}
	registry, err := runner.OpenRegistry("AUTH_REGISTRY_URL", c.cfg.RegistryURL, c.cfg.RegistryTimeout)
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	conn, err := bus.Connect("AUTH_NATS_URL", c.cfg.NATSURL, "auth", c.log)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := admission.Authorize(conn, events.UserStream, events.UserDeadStream); err != nil {
		return err
	}
	c.log.InfoContext(ctx, "effective settings", config.Masked("AUTH", c.cfg)...)
	deps := auth.Deps{Tokens: registry, Throttle: registry, NATS: conn, Log: c.log}
	return runner.Serve(ctx, runner.Program{
		Key: "AUTH", Listen: c.cfg.Listen, Ready: registry.Ready, Log: c.log,
		Open: func(ctx context.Context) (runner.Service, error) { return auth.Open(ctx, c.cfg, deps) },
	})
}

// beside opens the service's store beside the running service, which publishes the events.
func (c command) beside(ctx context.Context, deps auth.Deps, do func(*auth.Service) error) error {
	deps.Log = c.log
	s, err := auth.OpenExisting(ctx, c.cfg, deps)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}
