// Command gateway runs the gateway on its own, before services that run elsewhere.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"crm.example/gateway"
	"crm.example/pkg/config"
	"crm.example/pkg/web"
)

// errUsage is what a command line gets that is none of ours.
var errUsage = errors.New(`usage: gateway [command], with settings from GATEWAY_… in the environment

  serve        answer requests (the default)
  config       show the effective settings, secrets masked
  healthcheck  ask the running gateway whether it lives
  version      show what was built`)

var commands = map[string]func(context.Context, gateway.Config, io.Writer) error{
	"serve": serve, "config": showConfig, "healthcheck": healthcheck, "version": version,
}

// notice is for how long a gateway that ends says so on /readyz and still takes requests, for a load balancer before it.
const notice = time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		args = []string{"serve"}
	}
	do := commands[args[0]]
	if do == nil || len(args) > 1 {
		return errUsage
	}
	cfg := gateway.Defaults()
	if err := config.Load("GATEWAY", &cfg); err != nil {
		return err
	}
	return do(ctx, cfg, out)
}

func serve(ctx context.Context, cfg gateway.Config, _ io.Writer) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	web.CarryBallast()
	log := web.NewLogger(os.Stderr, slog.LevelInfo)
	log.Info("effective settings", config.Masked("GATEWAY", cfg)...)
	g, err := gateway.Open(ctx, cfg, gateway.Deps{Log: log})
	if err != nil {
		return err
	}
	defer g.Close()
	ln, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("GATEWAY_LISTEN: %w", err)
	}
	following, cancel := context.WithCancel(context.Background()) // to the end of the last request, or a replica that leaves meanwhile fails it
	defer cancel()
	go func() { _ = g.Run(following) }()
	log.Info("gateway answers", "address", ln.Addr().String())
	return web.Serve(ctx, ln, g.Handler(), web.Drain{Unready: notice})
}
