// Command notifier mails clients when an agent has replied. Settings are NOTIFIER_… in the environment.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"crm.example/deploy/examples/notifier"
	"crm.example/pkg/bus"
	"crm.example/pkg/config"
	"crm.example/pkg/web"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "notifier:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	cfg := notifier.Defaults()
	if err := errors.Join(config.Load("NOTIFIER", &cfg), cfg.Validate()); err != nil {
		return err
	}
	log := web.NewLogger(os.Stderr, slog.LevelInfo)
	conn, err := bus.Connect("NOTIFIER_NATS_URL", cfg.NATSURL, "notifier", log)
	if err != nil {
		return err
	}
	defer conn.Close()
	n, err := notifier.Open(cfg, conn, log)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "effective settings", config.Masked("NOTIFIER", cfg)...)
	return errors.Join(n.Run(ctx), n.Close())
}
