package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"crm.example/pkg/admission"
	"crm.example/pkg/bus"
	"crm.example/pkg/command"
	"crm.example/pkg/config"
	"crm.example/pkg/events"
	"crm.example/pkg/runner"
	"crm.example/services/ticket"
)

// keysWithin is the limit for fetching the auth service's keys.
const keysWithin = 5 * time.Second

// check checks the settings of everything that serve opens for the service.
func check(cfg ticket.Config) error {
	return errors.Join(runner.CheckRegistry("TICKET_REGISTRY_URL", cfg.RegistryURL), bus.CheckURL("TICKET_NATS_URL", cfg.NATSURL))
}

// serve runs the service beside the others, on engines that all replicas share.
func serve(ctx context.Context, call command.Call, cfg ticket.Config) error {
	registry, err := runner.OpenRegistry("TICKET_REGISTRY_URL", cfg.RegistryURL, cfg.RegistryTimeout)
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	conn, err := bus.Connect("TICKET_NATS_URL", cfg.NATSURL, "ticket", call.Log)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := admission.Authorize(conn, events.TicketStream, events.TicketDeadStream); err != nil {
		return err
	}
	call.Log.InfoContext(ctx, "settings that are not the defaults", config.Changed("TICKET", ticket.Defaults(), cfg)...)
	deps := ticket.Deps{Tokens: registry, Throttle: registry, NATS: conn, HTTP: &http.Client{Timeout: keysWithin}, Log: call.Log}
	return runner.Serve(ctx, runner.Program{
		Key: "TICKET", Listen: cfg.Listen, Ready: registry.Ready, Log: call.Log,
		Open: func(ctx context.Context) (runner.Service, error) { return ticket.Open(ctx, cfg, deps) },
	})
}
