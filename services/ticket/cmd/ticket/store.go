package main

import (
	"context"
	"io"

	"crm.example/pkg/bus"
	"crm.example/pkg/command"
	"crm.example/pkg/mongo/access"
	"crm.example/services/ticket"
)

var store = command.Store[ticket.Config]{
	Server: server, Documents: "tickets",
	Export: ticket.Export, Import: importTickets, Rebuild: ticket.Rebuild, Repeat: repeatErasures,
	Access: func(ctx context.Context, cfg ticket.Config) error {
		return access.Grant(ctx, cfg.StoreAdminURL, cfg.StoreURL)
	},
}

func importTickets(ctx context.Context, cfg ticket.Config, in io.Reader, resume bool) ([]any, error) {
	done, err := ticket.Import(ctx, cfg, in, resume)
	return []any{"tickets", done.Tickets, "there-before", done.There, "erased-clients", done.Erased}, err
}

func repeatErasures(ctx context.Context, call command.Call, cfg ticket.Config) (int, error) {
	conn, err := bus.Connect("TICKET_NATS_URL", cfg.NATSURL, "ticket", call.Log)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	accounts, err := ticket.RepeatErasures(ctx, cfg, conn)
	if err != nil {
		return 0, err
	}
	return accounts, ticket.ReadPeopleAgain(ctx, cfg, conn)
}
