// Command bench measures a running CRM as independent clients would load it: response times, CPU time per request and
// memory, beside the engines and proxies without a CRM. docs/performance.md says how to read it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are the command line's.
type options struct {
	only, url, dir, data             string
	pid, clients, tickets, listeners int
	rate                             float64
	connections, rounds              int
	span, idle                       time.Duration
	scratch                          string // a folder in dir that is removed in the end
}

func parse() (o options) {
	flag.StringVar(&o.only, "only", "standalone,distributed,gateway,events", "measure these; listeners is one more")
	flag.StringVar(&o.url, "url", "", "measure the deployment there instead of a standalone started for it; raise its limits for sign-ups first")
	flag.IntVar(&o.pid, "pid", 0, "with -url: the local process whose CPU time and memory are measured")
	flag.StringVar(&o.dir, "dir", "/var/tmp", "where a temporary folder for data is made; it must lie on a disk")
	flag.StringVar(&o.data, "data", "", "folder that filled stores are kept in and found again; they are filled by import, and grow with each run")
	flag.IntVar(&o.clients, "clients", 500, "clients who have tickets")
	flag.IntVar(&o.tickets, "tickets", 10_000, "tickets to begin with; more than 20,000 come by import")
	flag.Float64Var(&o.rate, "rate", 200, "reads a second at a fixed rate, and twice as many as writes; 0 leaves it out")
	flag.IntVar(&o.connections, "connections", 16, "connections that send without a pause at saturation; 0 leaves it out")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each system is measured, in turn with the others")
	flag.DurationVar(&o.span, "span", 4*time.Second, "how long each operation is measured each time")
	flag.IntVar(&o.listeners, "listeners", 5_000, "listeners of the live feed")
	flag.DurationVar(&o.idle, "idle", time.Minute, "how long the listeners are idle before they are measured")
	flag.Parse()
	return o
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	if len(args) == 2 && servers[args[0]] != nil {
		return servers[args[0]](ctx, args[1])
	}
	o := parse()
	if o.scratch, err = os.MkdirTemp(o.dir, "crm-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.scratch)) }()
	if err := printMachine(o.scratch); err != nil {
		return err
	}
	for name := range strings.SplitSeq(o.only, ",") {
		part, known := parts[name]
		if !known {
			return fmt.Errorf("there is no part %q; -help lists them", name)
		}
		l := &lab{ctx: ctx, options: o}
		if err := errors.Join(part(l), l.stop()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
