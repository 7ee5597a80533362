// Command bench measures a running CRM as independent clients would load it: response times, CPU time per request and
// memory, beside a server that does nothing and the database without a server. docs/performance.md says how to read it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"crm.example/deploy/bench/internal/bare"
	"crm.example/deploy/bench/internal/crm"
)

// options are the command line's.
type options struct {
	url  string
	pid  int
	dir  string
	rate float64
	span time.Duration
	size crm.Size
}

func parse() options {
	var o options
	flag.StringVar(&o.url, "url", "", "measure the deployment there instead of a standalone started for it; raise its limits for sign-ups first")
	flag.IntVar(&o.pid, "pid", 0, "with -url: the local process whose CPU time and memory are measured")
	flag.StringVar(&o.dir, "dir", "/var/tmp", "where a temporary folder for data is made; it must lie on a disk")
	flag.Float64Var(&o.rate, "rate", 200, "reads a second; writes come half as often")
	flag.DurationVar(&o.span, "span", 15*time.Second, "how long each kind of request is measured")
	flag.IntVar(&o.size.Clients, "clients", 500, "clients to sign up")
	flag.IntVar(&o.size.Tickets, "tickets", 10_000, "tickets to open")
	flag.IntVar(&o.size.Replies, "replies", 0, "replies to each ticket, after its first message")
	flag.Parse()
	return o
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if len(os.Args) == 3 && os.Args[1] == serveBare { // the process that plays the server that does nothing
		err = bare.Serve(ctx, os.Args[2])
	} else {
		err = run(ctx, parse())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
