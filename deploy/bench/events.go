package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/deploy/bench/internal/deployed"
	"crm.example/deploy/bench/internal/process"
	"crm.example/deploy/bench/internal/relayed"
	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/pkg/streams"
)

const (
	waiting = 50_000 // events that wait for the relay, of 10,000 tickets
	changes = 200.0  // a second, of which consumers hear
)

// measureEvents measures the way of an event: what it adds to a write, how many a relay publishes, and how soon a consumer has it.
func measureEvents(ctx context.Context, o options, r *report) error {
	s := r.section("events", "Events, by a nats-server that syncs always")
	return errors.Join(measureRelay(ctx, o, r, s), measureArrival(ctx, o, r, s))
}

func measureRelay(ctx context.Context, o options, r *report, s *section) (err error) {
	at := deployed.Options{Programs: filepath.Join(o.scratch, "events")}
	if err := os.MkdirAll(at.Programs, 0o700); err != nil {
		return err
	}
	d, err := deployed.NATS(ctx, at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Stop()) }()
	conn, err := bus.Connect("the bench's NATS", d.URL, "ticket", slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		return err
	}
	box, err := relayed.Open(ctx, filepath.Join(o.scratch, "outbox.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	if err := streams.Ensure(ctx, js, streams.Of(events.TicketStream, 0)); err != nil {
		return err
	}
	return errors.Join(throughput(ctx, o, s, js, box), addition(ctx, o, r, s, box))
}

func throughput(ctx context.Context, o options, s *section, js jetstream.JetStream, box *relayed.Outbox) error {
	t := s.table("what", "events", "events a second", "events in each write that removes them from the outbox")
	singly, err := relayed.Singly(ctx, js, o.span/3)
	if err != nil {
		return err
	}
	t.add("published one after the other, without an outbox", fmt.Sprint(singly.Events), fmt.Sprintf("%.0f", singly.PerSecond()), "–")
	off, err := relayed.WorkOff(ctx, js, box, waiting)
	if err != nil {
		return err
	}
	t.add("relay, after an outage", fmt.Sprint(off.Events), fmt.Sprintf("%.0f", off.PerSecond()), fmt.Sprintf("%.1f", float64(off.Events)/float64(off.Removals)))
	steady, err := relayed.Steadily(ctx, js, box, changes, o.span)
	if err == nil {
		t.add(fmt.Sprintf("relay, at %.0f changes a second", changes), fmt.Sprint(steady.Events), fmt.Sprintf("%.0f", steady.PerSecond()), fmt.Sprintf("%.1f", float64(steady.Events)/float64(steady.Removals)))
	}
	return err
}

// addition is what an event costs the write that it rides with, in SQLite and without a relay.
func addition(ctx context.Context, o options, r *report, s *section, box *relayed.Outbox) error {
	f := newFigures(r, s, []process.Group{self})
	for _, with := range []bool{false, true} {
		name := map[bool]string{false: "a write without an event", true: "a write with its event"}[with]
		if err := f.inARow(ctx, name, o.span/3, func(ctx context.Context, _ int64) error { return box.Change(ctx, relayed.ID(), 1, with) }); err != nil {
			return err
		}
	}
	return nil
}
