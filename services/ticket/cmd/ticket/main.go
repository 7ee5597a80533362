// Command ticket runs the ticket service.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"crm.example/pkg/config"
	"crm.example/services/ticket"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "ticket:", err)
		os.Exit(1)
	}
}

// errUsage is what a command line gets that is none of ours.
var errUsage = errors.New(`usage: ticket [command], with settings from TICKET_… in the environment

  serve         run the service (the default)
  config        show the effective settings, secrets masked
  healthcheck   ask the running service whether it lives
  store-access  make the MongoDB user of TICKET_STORE_URL, as that of TICKET_STORE_ADMIN_URL
  events rebuild           announce every ticket as it is now, for a stream that has lost its events
  erasures repeat          erase deleted accounts again, after a restore from a backup that has tickets of theirs
  export [--settled] FILE  write all tickets to a new file, - is standard output; --settled refuses while events wait,
                           which the file does not carry
  import [--resume] FILE   store what export wrote in an empty store, - is standard input; --resume goes on with an
                           import that was cut off
  version       show what was built`)

var commands = map[string]func(context.Context, ticket.Config, io.Writer) error{
	"serve": serve, "config": showConfig, "healthcheck": healthcheck, "version": version, "store-access": storeAccess,
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		args = []string{"serve"}
	}
	do := commands[args[0]]
	if archives[args[0]] != nil {
		do, args = archives[args[0]](args[1:]), args[:1]
	}
	if do == nil || len(args) > 1 {
		return errUsage
	}
	cfg := ticket.Defaults()
	if err := config.Load("TICKET", &cfg); err != nil {
		return err
	}
	return do(ctx, cfg, out)
}
