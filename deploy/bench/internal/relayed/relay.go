package relayed

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox"
)

// Result is what came of a run.
type Result struct {
	Events   int64
	Removals int64 // writes to the outbox that removed them
	Took     time.Duration
}

// PerSecond is the throughput.
func (r Result) PerSecond() float64 { return float64(r.Events) / r.Took.Seconds() }

// WorkOff has a relay work off so many events that wait.
func WorkOff(ctx context.Context, js jetstream.JetStream, box *Outbox, count int) (Result, error) {
	if err := box.fill(ctx, count); err != nil {
		return Result{}, err
	}
	return box.during(ctx, js, func(*outbox.Relay) error { return nil })
}

// Steadily has a relay publish changes as they are made, each of a document of its own, at a rate.
func Steadily(ctx context.Context, js jetstream.JetStream, box *Outbox, rate float64, span time.Duration) (Result, error) {
	return box.during(ctx, js, func(relay *outbox.Relay) error {
		gap := time.NewTicker(time.Duration(float64(time.Second) / rate))
		defer gap.Stop()
		for end := time.Now().Add(span); time.Now().Before(end) && ctx.Err() == nil; <-gap.C {
			id := ID()
			if err := box.Change(ctx, id, 1, true); err != nil {
				return err
			}
			relay.Wake(id)
		}
		return ctx.Err()
	})
}

// during runs a relay while work is done and until nothing waits.
func (o *Outbox) during(ctx context.Context, js jetstream.JetStream, work func(*outbox.Relay) error) (r Result, err error) {
	relay := outbox.NewRelay(js, events.TicketStream, o, slog.New(slog.DiscardHandler))
	running, stop := context.WithCancel(ctx)
	ended, events, removals, began := make(chan error, 1), o.removed.Load(), o.removals.Load(), time.Now()
	go func() { ended <- relay.Run(running) }()
	if err = work(relay); err == nil {
		err = o.empty(ctx)
	}
	r = Result{Events: o.removed.Load() - events, Removals: o.removals.Load() - removals, Took: time.Since(began)}
	stop()
	<-ended
	return r, err
}

func (o *Outbox) empty(ctx context.Context) error {
	for {
		waiting, err := o.Waiting(ctx, time.Now(), 1)
		if err != nil || len(waiting) == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Singly publishes events one after the other, waiting for each.
func Singly(ctx context.Context, js jetstream.JetStream, span time.Duration) (Result, error) {
	r, began := Result{}, time.Now()
	for ; time.Since(began) < span; r.Events++ {
		m, err := message(ID(), 1)
		if err != nil {
			return r, err
		}
		if _, err := js.Publish(ctx, m.Subject, m.Body, jetstream.WithMsgID(m.ID)); err != nil {
			return r, fmt.Errorf("publish: %w", err)
		}
	}
	r.Took = time.Since(began)
	return r, nil
}
