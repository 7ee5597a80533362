package main

import (
	"context"
	"errors"
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

// events is how long a change takes to a consumer, on a standalone server. What a relay can do at most, a benchmark of pkg/outbox tells.
func (l *lab) events() error {
	title("Events, from the moment that a request was due until a consumer has them, on a standalone server")
	d, c, clients, err := l.start("standalone", deployed.Standalone)
	if err != nil {
		return err
	}
	hear, err := l.consume("nats://" + d.NATS)
	if err != nil {
		return err
	}
	ops := &l.systems[0].operations
	*ops = slices.DeleteFunc(*ops, func(op load.Operation) bool { return op.Name != "reply" })
	*ops = append(*ops, load.Operation{Name: "reply, until it is heard of", Writes: true, Do: func(context.Context) error {
		t, err := c.Reply(crm.Any(clients))
		if err == nil {
			err = hear(t)
		}
		return err
	}})
	return l.compare()
}

// consume has a consumer of replies from now on. Who asks for one gets an answer when it is here.
func (l *lab) consume(url string) (hear func(crm.Ticket) error, err error) {
	conn, err := nats.Connect(url)
	if err != nil {
		return nil, err
	}
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, err
	}
	var heard sync.Map // a channel for each change, whoever comes first makes it
	here := func(t crm.Ticket) chan struct{} {
		c, _ := heard.LoadOrStore(t, make(chan struct{}))
		return c.(chan struct{})
	}
	ctx, cancel := context.WithCancel(l.ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- bus.Consume(ctx, js, bus.Consumer{Durable: "bench", New: true}, func(_ context.Context, e events.TicketReplied) error {
			close(here(crm.Ticket{ID: e.Document, Version: e.Sequence}))
			return nil
		})
	}()
	l.stops = append(l.stops, func() error { cancel(); defer conn.Close(); return <-ended })
	return func(t crm.Ticket) error {
		select {
		case <-here(t):
			return nil
		case <-time.After(10 * time.Second):
			return errors.New("an event did not arrive")
		}
	}, l.sleep(time.Second) // the durable is made by then
}
