package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"crm.example/pkg/config"
	"crm.example/pkg/web"
	"crm.example/services/ticket"
)

func showConfig(_ context.Context, cfg ticket.Config, out io.Writer) error {
	rows := config.Masked("TICKET", cfg)
	for i := 0; i+1 < len(rows); i += 2 {
		fmt.Fprintf(out, "%v=%v\n", rows[i], rows[i+1])
	}
	return cfg.Validate()
}

func version(_ context.Context, _ ticket.Config, out io.Writer) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("built without build information")
	}
	fmt.Fprintln(out, info.Main.Path, info.Main.Version, info.GoVersion)
	return nil
}

// healthcheck is for a container without a shell.
func healthcheck(ctx context.Context, cfg ticket.Config, _ io.Writer) error {
	return web.CheckHealth(ctx, "TICKET_LISTEN", cfg.Listen)
}
