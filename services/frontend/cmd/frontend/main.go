// Command frontend serves the pages for browsers on their own, behind a gateway that GATEWAY_FRONTEND_URL leads to them.
package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"crm.example/pkg/command"
	"crm.example/pkg/config"
	"crm.example/pkg/web"
	"crm.example/services/frontend"
)

func main() { program.Main() }

var program = command.Program{Name: "frontend", Settings: "FRONTEND_…", Commands: server.Commands()}

var server = command.Server[frontend.Config]{
	Prefix: "FRONTEND", Defaults: frontend.Defaults, Listen: func(cfg frontend.Config) string { return cfg.Listen }, Serve: serve,
}

// notice is for how long a frontend that ends still takes requests, until the gateways have looked away.
const notice = time.Second

func serve(ctx context.Context, call command.Call, cfg frontend.Config) error {
	call.Log.InfoContext(ctx, "settings that are not the defaults", config.Changed("FRONTEND", frontend.Defaults(), cfg)...)
	s, err := frontend.Open()
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("FRONTEND_LISTEN: %w", err)
	}
	call.Log.InfoContext(ctx, "frontend answers", "address", ln.Addr().String())
	return web.Serve(ctx, ln, s.Handler(), web.Drain{Unready: notice})
}
