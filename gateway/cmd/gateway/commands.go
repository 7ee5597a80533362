package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"crm.example/gateway"
	"crm.example/pkg/build"
	"crm.example/pkg/config"
	"crm.example/pkg/web"
)

func showConfig(_ context.Context, cfg gateway.Config, out io.Writer) error {
	return errors.Join(config.Show(out, config.Masked("GATEWAY", cfg)), cfg.Validate())
}

func version(_ context.Context, _ gateway.Config, out io.Writer) error {
	_, err := fmt.Fprintln(out, build.Line())
	return err
}

// healthcheck is for a container without a shell.
func healthcheck(ctx context.Context, cfg gateway.Config, _ io.Writer) error {
	return web.CheckHealth(ctx, "GATEWAY_LISTEN", cfg.Listen)
}
