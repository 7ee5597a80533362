// Command standalone runs the whole CRM in one process: the gateway, the services behind it, and a real
// NATS server for consumers of events, with everything durable in one folder.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"crm.example/pkg/build"
	"crm.example/pkg/web"
)

const usage = `standalone [command]

  serve        answer requests (the default)
  user grant-role --email EMAIL --role client|agent
               give somebody who has signed up a role; works while the server runs and while it does not
  export [--settled] FOLDER
               write all users and tickets to files in a folder, beside a running server or not; --settled refuses
               while events wait to be published, which the files do not carry
  import [--resume] FOLDER
               store what export wrote in an empty data folder, which ends all sessions; --resume goes on with an
               import that was cut off
  events rebuild
               announce every user and ticket as they are now, for streams that have lost their events; beside a running
               server, which publishes them, or before it starts
  erasures repeat [FOLDER]
               erase the tickets of deleted accounts again, after a restore from a backup that has some; works while the
               server runs and while it does not. FOLDER is the data folder in which the accounts were deleted, if that is
               another one
  config       show the effective settings, secrets masked
  version      show the version
  help         show this`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "standalone:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		args = []string{"serve"}
	}
	log := web.NewLogger(os.Stderr, slog.LevelInfo)
	switch command, rest := args[0], args[1:]; {
	case command == "user":
		return user(ctx, rest, log)
	case command == "export":
		return export(ctx, rest, log)
	case command == "import":
		return restore(ctx, rest, log)
	case command == "events":
		return rebuild(ctx, rest, log)
	case command == "erasures":
		return repeatErasures(ctx, rest, log)
	case len(rest) > 0:
		return errors.New("one command at a time\n\n" + usage)
	case command == "serve":
		return serve(ctx, log)
	case command == "config":
		return show()
	case command == "version":
		fmt.Println(build.Line())
	case command == "help", command == "-h", command == "--help":
		fmt.Println(usage)
	default:
		return fmt.Errorf("there is no command %q\n\n%s", command, usage)
	}
	return nil
}
