package main

import (
	"context"
	"errors"

	"crm.example/pkg/admission"
	"crm.example/pkg/bus"
	"crm.example/pkg/command"
	"crm.example/pkg/config"
	"crm.example/pkg/events"
	"crm.example/pkg/runner"
	"crm.example/services/auth"
)

// check checks the settings of everything that serve opens for the service.
func check(cfg auth.Config) error {
	return errors.Join(runner.CheckRegistry("AUTH_REGISTRY_URL", cfg.RegistryURL), bus.CheckURL("AUTH_NATS_URL", cfg.NATSURL))
}

// serve runs the service beside the others, on engines that all replicas share.
func serve(ctx context.Context, call command.Call, cfg auth.Config) error {
	registry, err := runner.OpenRegistry("AUTH_REGISTRY_URL", cfg.RegistryURL, cfg.RegistryTimeout)
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	conn, err := bus.Connect("AUTH_NATS_URL", cfg.NATSURL, "auth", call.Log)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := admission.Authorize(conn, events.UserStream, events.UserDeadStream); err != nil {
		return err
	}
	call.Log.InfoContext(ctx, "settings that are not the defaults", config.Changed("AUTH", auth.Defaults(), cfg)...)
	deps := auth.Deps{Tokens: registry, Throttle: registry, NATS: conn, Log: call.Log}
	return runner.Serve(ctx, runner.Program{
		Key: "AUTH", Listen: cfg.Listen, Ready: registry.Ready, Log: call.Log,
		Open: func(ctx context.Context) (runner.Service, error) { return auth.Open(ctx, cfg, deps) },
	})
}
