package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/deploy/bench/internal/crm"
	"crm.example/deploy/bench/internal/deployed"
	"crm.example/deploy/bench/internal/load"
	"crm.example/pkg/bus"
	"crm.example/pkg/events"
)

// change is one version of a ticket.
type change struct {
	ticket  string
	version int
}

// arrivals notes when each change was acknowledged to the client, and when a consumer had its event.
type arrivals struct {
	mu          sync.Mutex
	done, heard map[change]time.Time
}

func (a *arrivals) note(in map[change]time.Time, c change) {
	a.mu.Lock()
	defer a.mu.Unlock()
	in[c] = time.Now()
}

// latencies are sorted; an event that was there before the answer counts as 0. missing were not heard.
func (a *arrivals) latencies() (all []time.Duration, missing int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for c, done := range a.done {
		if heard, ok := a.heard[c]; ok {
			all = append(all, max(0, heard.Sub(done)))
		}
	}
	slices.Sort(all)
	return all, len(a.done) - len(all)
}

// measureArrival is the time from a client's answer to a consumer's event, on a standalone server.
func measureArrival(ctx context.Context, o options, r *report, s *section) (err error) {
	at := deployed.Options{Programs: filepath.Join(o.scratch, "arrival"), Data: filepath.Join(o.scratch, "arrival", "kept")}
	if err := os.MkdirAll(at.Programs, 0o700); err != nil {
		return err
	}
	d, err := deployed.Standalone(ctx, at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Stop()) }()
	api := crm.NewAPI(d.URL)
	clients, err := api.Seed(ctx, crm.Size{Clients: 100, Tickets: 2000})
	if err != nil {
		return err
	}
	conn, err := nats.Connect("nats://" + d.NATS)
	if err != nil {
		return err
	}
	defer conn.Close()
	a := &arrivals{done: map[change]time.Time{}, heard: map[change]time.Time{}}
	stop, err := a.listen(ctx, conn)
	if err != nil {
		return err
	}
	result := load.Run(ctx, load.Plan{Rate: changes, Length: o.span, Seed: 3, Send: func(ctx context.Context) error {
		ticket, version, err := api.ReplyToAny(ctx, clients)
		if err == nil {
			a.note(a.done, change{ticket, version})
		}
		return err
	}})
	time.Sleep(time.Second) // for the last events
	if err := stop(); err != nil {
		return err
	}
	return a.report(r, s, result)
}

func (a *arrivals) report(r *report, s *section, result load.Result) error {
	for reason, n := range result.Failed {
		say("reply: %d × %s", n, reason)
		r.failed += n
	}
	all, missing := a.latencies()
	if len(all) == 0 || missing > 0 {
		return fmt.Errorf("%d of %d events did not arrive", missing, missing+len(all))
	}
	t := s.table("what", "rate", "changes", "p50 ms", "p99 ms")
	t.add("from the client's answer to a consumer", fmt.Sprintf("%.0f/s", changes), fmt.Sprint(len(all)), millis(all[len(all)/2]), millis(all[len(all)*99/100]))
	return nil
}

// listen consumes replies from now on; stop waits for the consumer's end.
func (a *arrivals) listen(ctx context.Context, conn *nats.Conn) (stop func() error, err error) {
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- bus.Consume(ctx, js, bus.Consumer{Durable: "bench", New: true}, func(_ context.Context, e events.TicketReplied) error {
			a.note(a.heard, change{e.Document, e.Sequence})
			return nil
		})
	}()
	time.Sleep(time.Second) // the durable is made by then
	return func() error { cancel(); return <-ended }, nil
}
