package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"crm.example/pkg/build"
	"crm.example/pkg/config"
	"crm.example/pkg/web"
	"crm.example/services/ticket"
)

func showConfig(_ context.Context, cfg ticket.Config, out io.Writer) error {
	return errors.Join(config.Show(out, config.Masked("TICKET", cfg)), cfg.Validate())
}

func version(_ context.Context, _ ticket.Config, out io.Writer) error {
	_, err := fmt.Fprintln(out, build.Line())
	return err
}

// healthcheck is for a container without a shell.
func healthcheck(ctx context.Context, cfg ticket.Config, _ io.Writer) error {
	return web.CheckHealth(ctx, "TICKET_LISTEN", cfg.Listen)
}
