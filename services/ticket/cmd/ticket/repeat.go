package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"

	"crm.example/pkg/bus"
	"crm.example/pkg/web"
	"crm.example/services/ticket"
)

// ticketErasures is the command erasures repeat. It works beside the running service, which erases what is noted here, and before
// it starts.
func ticketErasures(args []string) func(context.Context, ticket.Config, io.Writer) error {
	return func(ctx context.Context, cfg ticket.Config, out io.Writer) error {
		if !slices.Equal(args, []string{"repeat"}) {
			return errUsage
		}
		conn, err := bus.Connect("TICKET_NATS_URL", cfg.NATSURL, "ticket", web.NewLogger(os.Stderr, slog.LevelWarn))
		if err != nil {
			return err
		}
		defer conn.Close()
		accounts, err := ticket.RepeatErasures(ctx, cfg, conn)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%d deleted accounts are noted again; the running service erases what is here of them\n", accounts)
		return err
	}
}
