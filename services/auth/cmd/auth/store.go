package main

import (
	"context"
	"io"

	"crm.example/pkg/bus"
	"crm.example/pkg/command"
	"crm.example/pkg/mongo/access"
	"crm.example/services/auth"
)

var store = command.Store[auth.Config]{
	Server: server, Documents: "users",
	Export: auth.Export, Import: importUsers, Rebuild: auth.Rebuild, Repeat: repeatErasures,
	Access: func(ctx context.Context, cfg auth.Config) error {
		return access.Grant(ctx, cfg.StoreAdminURL, cfg.StoreURL)
	},
}

func importUsers(ctx context.Context, cfg auth.Config, in io.Reader, resume bool) ([]any, error) {
	done, err := auth.Import(ctx, cfg, in, resume)
	return []any{"users", done.Users, "there-before", done.There}, err
}

func repeatErasures(ctx context.Context, call command.Call, cfg auth.Config) (int, error) {
	conn, err := bus.Connect("AUTH_NATS_URL", cfg.NATSURL, "auth", call.Log)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return auth.RepeatErasures(ctx, cfg, conn)
}
