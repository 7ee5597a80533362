// Command bench measures a running CRM as independent clients would load it: response times, CPU time per request and
// memory, beside the databases and proxies without a CRM. docs/performance.md says how to read it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"crm.example/deploy/bench/internal/bare"
	"crm.example/deploy/bench/internal/crm"
	"crm.example/deploy/bench/internal/proxies"
)

// options are the command line's.
type options struct {
	only    string
	url     string
	pid     int
	dir     string
	data    string
	page    string
	rate    float64
	span    time.Duration
	size    crm.Size
	scratch string // a folder in dir that is removed in the end
}

func parse() options {
	var o options
	flag.StringVar(&o.only, "only", "", "measure these of "+strings.Join(names(), ",")+"; default all")
	flag.StringVar(&o.url, "url", "", "measure the deployment there instead of a standalone started for it; raise its limits for sign-ups first")
	flag.IntVar(&o.pid, "pid", 0, "with -url: the local process whose CPU time and memory are measured")
	flag.StringVar(&o.dir, "dir", "/var/tmp", "where a temporary folder for data is made; it must lie on a disk")
	flag.StringVar(&o.data, "data", "", "folder that filled stores are kept in and found again; they are filled by import, and grow with each run")
	flag.StringVar(&o.page, "page", "", "write the tables into this document too, between its marks")
	flag.Float64Var(&o.rate, "rate", 200, "reads a second; writes come half as often")
	flag.DurationVar(&o.span, "span", 15*time.Second, "how long each kind of request is measured")
	flag.IntVar(&o.size.Clients, "clients", 500, "clients who have tickets")
	flag.IntVar(&o.size.Tickets, "tickets", 10_000, "tickets to begin with; more than 20,000 come by import")
	flag.IntVar(&o.size.Replies, "replies", 0, "replies to each ticket, after its first message, unless by import")
	flag.Parse()
	return o
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serveOr(ctx, run); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// Processes of this program that play a server, so that what they use is not the load program's.
const (
	serveNothing = "serve-nothing"
	serveAnswers = "serve-answers"
)

func serveOr(ctx context.Context, measure func(context.Context, options) error) error {
	switch {
	case len(os.Args) == 3 && os.Args[1] == serveNothing:
		return bare.Serve(ctx, os.Args[2])
	case len(os.Args) == 3 && os.Args[1] == serveAnswers:
		return proxies.Serve(ctx, os.Args[2])
	default:
		return measure(ctx, parse())
	}
}
