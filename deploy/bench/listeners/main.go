// Command listeners measures what idle listeners of the live feed cost: it starts the gateway, the services and their
// engines as they are delivered, holds listeners open, and compares what each process holds before, with and after them. It fails
// when they cost more than what was agreed, when one is lost, and when one does not hear of the change that is for it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"crm.example/deploy/bench/internal/crm"
	"crm.example/deploy/bench/internal/deployed"
	"crm.example/deploy/bench/internal/listeners"
	"crm.example/deploy/bench/internal/process"
)

// What 5,000 listeners may cost, in MB of a million bytes: the whole process, not what it grew by.
const (
	mostInService = 200
	mostInGateway = 300
	megabyte      = 1_000_000
)

type options struct {
	listeners, clients int
	idle               time.Duration
	dir                string
}

func main() {
	var o options
	flag.IntVar(&o.listeners, "n", 5_000, "listeners")
	flag.IntVar(&o.clients, "clients", 100, "clients whose listeners they are")
	flag.DurationVar(&o.idle, "idle", time.Minute, "how long they are idle before they are measured")
	flag.StringVar(&o.dir, "dir", "/var/tmp", "where a temporary folder for data is made")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "listeners:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	scratch, err := os.MkdirTemp(o.dir, "crm-listeners-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	d, err := deployed.Distributed(ctx, deployed.Options{Programs: scratch, Data: filepath.Join(scratch, "data")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Stop()) }()
	api := crm.NewAPI(d.URL)
	clients, err := api.Seed(ctx, crm.Size{Clients: o.clients, Tickets: o.clients})
	if err != nil {
		return err
	}
	parts := []process.Group{{Name: "gateway", PIDs: d.Groups[0].PIDs}, {Name: "ticket", PIDs: d.Groups[1].PIDs[1:]}}
	return measure(ctx, o, d, api, clients, parts)
}

func measure(ctx context.Context, o options, d *deployed.Deployment, api *crm.API, clients []crm.Client, parts []process.Group) error {
	fmt.Println("| process | when | RSS MB | peak MB | files | CPU |\n|---|---|---|---|---|---|")
	if err := note(ctx, parts, "nobody listens", 5*time.Second); err != nil {
		return err
	}
	crowd, err := listeners.Open(ctx, strings.TrimPrefix(d.URL, "http://"), o.listeners, func(i int) string { return clients[i%len(clients)].Token() })
	if err != nil {
		return err
	}
	defer crowd.Close()
	errs := []error{note(ctx, parts, fmt.Sprintf("%d have come", o.listeners), time.Second), note(ctx, parts, "idle", o.idle), check(parts)}
	begun := time.Now()
	for _, c := range clients {
		errs = append(errs, api.Reply(ctx, c))
	}
	for crowd.Events.Load() < int64(o.listeners) && time.Since(begun) < time.Minute {
		time.Sleep(time.Millisecond)
	}
	fmt.Printf("\n%d changes were heard %d times within %s; %d heartbeats came, %d listeners were lost.\n\n", len(clients), crowd.Events.Load(), time.Since(begun).Round(time.Millisecond), crowd.Heartbeats.Load(), crowd.Lost.Load())
	errs = append(errs, complete(crowd, o.listeners), note(ctx, parts, "after the changes", 10*time.Second), check(parts))
	crowd.Close()
	return errors.Join(append(errs, note(ctx, parts, "they have left", 10*time.Second))...)
}

// note writes a row for each part after a while, and what it used of the CPU meanwhile.
func note(ctx context.Context, parts []process.Group, when string, after time.Duration) error {
	before, err := process.Usage(parts)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(after):
	}
	used, err := process.Usage(parts)
	for i, p := range parts {
		all, _, errMemory := p.Memory()
		peak, files, errMore := more(p.PIDs[0])
		err = errors.Join(err, errMemory, errMore)
		fmt.Printf("| %s | %s | %d | %d | %d | %.1f %% |\n", p.Name, when, all/megabyte, peak/megabyte, files, 100*float64(used[i]-before[i])/float64(after))
	}
	return err
}

// complete refuses what was lost, missed or doubled: each listener hears once, of its client's change.
func complete(crowd *listeners.Crowd, n int) error {
	lost, heard := crowd.Lost.Load(), crowd.Events.Load()
	if lost == 0 && heard == int64(n) {
		return nil
	}
	return fmt.Errorf("%d listeners were lost, and the others heard %d times of a change, want %d", lost, heard, n)
}

// check compares with what was agreed.
func check(parts []process.Group) error {
	var errs []error
	for i, most := range []int64{mostInGateway, mostInService} {
		all, _, err := parts[i].Memory()
		if errs = append(errs, err); all > most*megabyte {
			errs = append(errs, fmt.Errorf("%s holds %.1f MB, more than %d", parts[i].Name, float64(all)/megabyte, most))
		}
	}
	return errors.Join(errs...)
}

// more is the most memory that a process has ever held, in bytes, and how many files and connections it has open.
func more(pid int) (peak int64, files int, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(raw)) {
		var kib int64
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kib); err == nil {
			peak = kib << 10
		}
	}
	open, errOpen := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return peak, len(open), errors.Join(err, errOpen)
}
