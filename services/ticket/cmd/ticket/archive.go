package main

import (
	"context"
	"io"
	"log/slog"
	"os"

	"crm.example/pkg/archive"
	"crm.example/pkg/web"
	"crm.example/services/ticket"
)

// archives are the commands that take arguments.
var archives = map[string]func(args []string) func(context.Context, ticket.Config, io.Writer) error{
	"export": exportTickets, "import": importTickets, "events": ticketEvents, "erasures": ticketErasures,
}

// exportTickets tells what it did in the log: standard output may be the file.
func exportTickets(args []string) func(context.Context, ticket.Config, io.Writer) error {
	return func(ctx context.Context, cfg ticket.Config, stdout io.Writer) error {
		path, settled, err := archive.Arguments(args, "settled")
		if err != nil {
			return errUsage
		}
		return archive.Create(path, stdout, func(out io.Writer) error {
			tickets, err := ticket.Export(ctx, cfg, out, settled)
			if err == nil {
				web.NewLogger(os.Stderr, slog.LevelInfo).InfoContext(ctx, "Exported", "tickets", tickets)
			}
			return err
		})
	}
}

func importTickets(args []string) func(context.Context, ticket.Config, io.Writer) error {
	return func(ctx context.Context, cfg ticket.Config, _ io.Writer) error {
		path, resume, err := archive.Arguments(args, "resume")
		if err != nil {
			return errUsage
		}
		return archive.Open(path, os.Stdin, func(in io.Reader) error {
			done, err := ticket.Import(ctx, cfg, in, resume)
			if err == nil {
				web.NewLogger(os.Stderr, slog.LevelInfo).InfoContext(ctx, "Imported", "tickets", done.Tickets, "there-before", done.There, "erased-clients", done.Erased)
			}
			return err
		})
	}
}
