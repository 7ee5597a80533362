// Command gateway runs the gateway on its own, in front of services that run elsewhere.
package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"crm.example/gateway"
	"crm.example/pkg/command"
	"crm.example/pkg/config"
	"crm.example/pkg/web"
)

func main() { program.Main() }

var program = command.Program{Name: "gateway", Settings: "GATEWAY_…", Commands: server.Commands()}

var server = command.Server[gateway.Config]{
	Prefix: "GATEWAY", Defaults: gateway.Defaults, Listen: func(cfg gateway.Config) string { return cfg.Listen }, Serve: serve,
}

// notice is how long a gateway that ends is unready and still takes requests, for a load balancer in front of it.
const notice = time.Second

func serve(ctx context.Context, call command.Call, cfg gateway.Config) error {
	web.CarryBallast()
	call.Log.InfoContext(ctx, "settings that are not the defaults", config.Changed("GATEWAY", gateway.Defaults(), cfg)...)
	g, err := gateway.Open(ctx, cfg, gateway.Deps{Log: call.Log})
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
	call.Log.InfoContext(ctx, "gateway answers", "address", ln.Addr().String())
	return g.Serve(ctx, ln, web.Drain{Unready: notice})
}
