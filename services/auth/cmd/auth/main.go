// Command auth runs the auth service and what an operator does to it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"crm.example/pkg/config"
	"crm.example/pkg/web"
	"crm.example/services/auth"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx, os.Args[1:], os.Stdout, web.NewLogger(os.Stderr, slog.LevelInfo)); err != nil {
		fmt.Fprintln(os.Stderr, "auth:", err)
		os.Exit(1)
	}
}

// errUsage is what a command line gets that is none of ours.
var errUsage = errors.New(`usage: auth [command], with settings from AUTH_… in the environment

  serve                                   run the service (the default)
  config                                  show the effective settings, secrets masked
  healthcheck                             ask the running service whether it lives
  user grant-role --email … --role agent  give a user a role; the user has to log in again
  keys rotate                             sign with a new key from AUTH_KEY_PROPAGATION on
  export [--settled] FILE                 write all users to a new file, - is standard output; --settled refuses
                                          while events wait, which the file does not carry
  import [--resume] FILE                  store what export wrote in an empty store, - is standard input; ends all
                                          sessions; --resume goes on with an import that was cut off
  events rebuild                          announce every user as they are now, for a stream that has lost its events
  store-access                            make the MongoDB user of AUTH_STORE_URL, as that of AUTH_STORE_ADMIN_URL
  version                                 show what was built`)

// commands are found by their words; the rest of the line is theirs.
var commands = map[string]func(context.Context, command) error{
	"serve": serve, "config": showConfig, "healthcheck": healthcheck, "version": version,
	"user grant-role": grantRole, "keys rotate": rotateKeys, "events rebuild": rebuildEvents, "store-access": storeAccess, "export": exportUsers, "import": importUsers,
}

type command struct {
	args []string
	out  io.Writer
	log  *slog.Logger
	cfg  auth.Config
}

func run(ctx context.Context, args []string, out io.Writer, log *slog.Logger) error {
	if len(args) == 0 {
		args = []string{"serve"}
	}
	do, rest := find(args)
	if do == nil {
		return errUsage
	}
	cfg := auth.Defaults()
	if err := config.Load("AUTH", &cfg); err != nil {
		return err
	}
	return do(ctx, command{args: rest, out: out, log: log, cfg: cfg})
}

func find(args []string) (func(context.Context, command) error, []string) {
	if do := commands[args[0]]; do != nil {
		return do, args[1:]
	}
	if len(args) > 1 {
		return commands[args[0]+" "+args[1]], args[2:]
	}
	return nil, nil
}
