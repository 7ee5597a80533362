// Command ticket runs the ticket service, and the commands of its operator.
package main

import (
	"slices"

	"crm.example/pkg/command"
	"crm.example/services/ticket"
)

func main() { program.Main() }

var program = command.Program{
	Name: "ticket", Settings: "TICKET_…",
	Commands: slices.Concat(server.Commands(), store.Commands()),
}

var server = command.Server[ticket.Config]{
	Prefix: "TICKET", Defaults: ticket.Defaults, Listen: func(cfg ticket.Config) string { return cfg.Listen }, Check: check, Serve: serve,
}
