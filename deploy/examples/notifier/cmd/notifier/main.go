// Command notifier mails clients when an agent has replied. Settings are NOTIFIER_… in the environment.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"crm.example/deploy/examples/notifier"
	"crm.example/pkg/build"
	"crm.example/pkg/bus"
	"crm.example/pkg/config"
	"crm.example/pkg/web"
)

func main() {
	ctx, stop := web.UntilStopped()
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "notifier:", err)
		os.Exit(1)
	}
}

// errUsage is what a command line gets that is none of ours. It must not start a second notifier on the folder of the first.
var errUsage = errors.New(`usage: notifier [command], with settings from NOTIFIER_… in the environment

  version  show what was built; without a command clients are mailed`)

func run(ctx context.Context, args []string, out io.Writer) error {
	switch {
	case len(args) == 0:
		return mail(ctx)
	case len(args) == 1 && args[0] == "version":
		_, err := fmt.Fprintln(out, build.Line())
		return err
	default:
		return errUsage
	}
}

func mail(ctx context.Context) error {
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
