// Command notifier mails clients when an agent has replied. Settings are NOTIFIER_… in the environment.
package main

import (
	"context"
	"errors"

	"crm.example/deploy/examples/notifier"
	"crm.example/pkg/bus"
	"crm.example/pkg/command"
	"crm.example/pkg/config"
)

func main() { program.Main() }

var program = command.Program{
	Name: "notifier", Settings: "NOTIFIER_…",
	Commands: []command.Command{
		{Words: "serve", Doc: "mail clients when an agent has replied", Do: mail},
		command.Version(),
	},
}

func mail(ctx context.Context, call command.Call) error {
	cfg := notifier.Defaults()
	if err := config.Load("NOTIFIER", &cfg); err != nil {
		return err
	}
	if err := cfg.Validate(); err != nil {
		return err
	}
	conn, err := bus.Connect("NOTIFIER_NATS_URL", cfg.NATSURL, "notifier", call.Log)
	if err != nil {
		return err
	}
	defer conn.Close()
	n, err := notifier.Open(cfg, conn, call.Log)
	if err != nil {
		return err
	}
	call.Log.InfoContext(ctx, "settings that are not the defaults", config.Changed("NOTIFIER", notifier.Defaults(), cfg)...)
	return errors.Join(n.Run(ctx), n.Close())
}
