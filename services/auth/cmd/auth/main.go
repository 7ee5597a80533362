// Command auth runs the auth service, and the commands of its operator.
package main

import (
	"slices"

	"crm.example/pkg/command"
	"crm.example/services/auth"
)

func main() { program.Main() }

var program = command.Program{
	Name: "auth", Settings: "AUTH_…",
	Commands: slices.Concat(server.Commands(), []command.Command{grantRoleCommand, rotateKeysCommand}, store.Commands()),
}

var server = command.Server[auth.Config]{
	Prefix: "AUTH", Defaults: auth.Defaults, Listen: func(cfg auth.Config) string { return cfg.Listen }, Check: check, Serve: serve,
}
