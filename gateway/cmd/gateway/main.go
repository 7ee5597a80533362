// Command gateway runs the gateway on its own, before services that run elsewhere.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"crm.example/gateway"
	"crm.example/pkg/config"
	"crm.example/pkg/web"
)

const usage = `gateway [command]

  serve        answer requests (the default)
  config       show the effective settings, secrets masked
  healthcheck  exit 0 if the gateway that these settings describe answers
  version      show the version`

// notice is for how long a gateway that ends says so on /readyz and still takes requests, for a load balancer before it.
const notice = time.Second

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	command := "serve"
	if len(args) > 0 {
		command = args[0]
	}
	switch {
	case len(args) > 1:
		return fmt.Errorf("one command at a time\n\n%s", usage)
	case command == "version":
		fmt.Println(version())
		return nil
	case command == "help", command == "-h", command == "--help":
		fmt.Println(usage)
		return nil
	}
	cfg := gateway.Defaults()
	if err := config.Load("GATEWAY", &cfg); err != nil {
		return err
	}
	if err := cfg.Validate(); err != nil {
		return err
	}
	switch command {
	case "serve":
		return serve(cfg)
	case "config":
		show(cfg)
		return nil
	case "healthcheck":
		return checkHealth(cfg.Listen)
	default:
		return fmt.Errorf("there is no command %q\n\n%s", command, usage)
	}
}

func serve(cfg gateway.Config) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	web.RoomyHeap()
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
	log.Info("gateway answers", "address", ln.Addr().String(), "version", version())
	return web.Serve(ctx, ln, g.Handler(), web.Drain{Unready: notice})
}

func show(cfg gateway.Config) {
	pairs := config.Masked("GATEWAY", cfg)
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Printf("%v=%v\n", pairs[i], pairs[i+1])
	}
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}
