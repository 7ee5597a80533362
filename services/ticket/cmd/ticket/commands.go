package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"crm.example/pkg/config"
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
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return fmt.Errorf("TICKET_LISTEN: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the service answers %s", res.Status)
	}
	return nil
}
