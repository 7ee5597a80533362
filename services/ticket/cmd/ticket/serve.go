package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"crm.example/pkg/admission"
	"crm.example/pkg/bus"
	"crm.example/pkg/config"
	"crm.example/pkg/events"
	"crm.example/pkg/runner"
	"crm.example/pkg/web"
	"crm.example/services/ticket"
)

// keysWithin bounds a fetch of the auth service's keys.
const keysWithin = 5 * time.Second

// serve runs the service beside the others, on engines that all replicas share.
func serve(ctx context.Context, cfg ticket.Config, _ io.Writer) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	log := web.NewLogger(os.Stderr, slog.LevelInfo)
	registry, err := runner.OpenRegistry("TICKET_REGISTRY_URL", cfg.RegistryURL, cfg.RegistryTimeout)
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	conn, err := bus.Connect("TICKET_NATS_URL", cfg.NATSURL, "ticket", log)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := admission.Authorize(conn, events.TicketStream, events.TicketDeadStream); err != nil {
		return err
	}
	log.InfoContext(ctx, "effective settings", config.Masked("TICKET", cfg)...)
	deps := ticket.Deps{Tokens: registry, NATS: conn, HTTP: &http.Client{Timeout: keysWithin}, Log: log}
	return runner.Serve(ctx, runner.Program{
		Key: "TICKET", Listen: cfg.Listen, Ready: registry.Ready, Log: log,
		Open: func(ctx context.Context) (runner.Service, error) { return ticket.Open(ctx, cfg, deps) },
	})
}
