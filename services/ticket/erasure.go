package ticket

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
)

// eraseEvery is how soon an erasure goes on that waits for the relay, or that another process has begun.
const eraseEvery = time.Second

// erasure listens for deleted accounts, and has the store and the streams forget them.
type erasure struct {
	eraser ticket.Eraser
	users  jetstream.JetStream // sees CRM_USERS
	log    *slog.Logger
	heard  chan struct{} // of a deleted account
}

func newErasure(cfg Config, deps Deps, s *Service) (*erasure, error) {
	users, err := jetstream.NewWithAPIPrefix(deps.NATS, cfg.UsersAPI)
	if err != nil {
		return nil, fmt.Errorf("TICKET_USERS_API: %w", err)
	}
	eraser := ticket.Eraser{Store: s.store, Announced: announced{s.js}, NewID: newID, Now: time.Now, Announce: s.relay.Wake}
	return &erasure{eraser: eraser, users: users, log: deps.Log, heard: make(chan struct{}, 1)}, nil
}

// always is a limit of deliveries that nothing reaches. A deletion fails by Later only, which no limit counts, but each
// restart of the service while its store is away is a delivery without an answer, and as a dead letter it would be lost. One
// that makes the handler panic holds back those after it, and says so in the log at each delivery: none of them may be passed over.
const always = 1 << 20

// run goes on until ctx ends, through every outage.
func (e *erasure) run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { e.listen(ctx) })
	both.Go(func() { e.work(ctx) })
	both.Wait()
}

// listen also outlasts a durable that somebody made useless, until somebody removes it.
func (e *erasure) listen(ctx context.Context) {
	consumer := bus.Consumer{Durable: "ticket-erasure", Limit: always, Log: e.log}
	for failing := false; ctx.Err() == nil; failing = true {
		err := bus.Consume(ctx, e.users, consumer, e.hear)
		if err != nil && !failing {
			e.log.ErrorContext(ctx, "Deleted accounts are not heard of, and their tickets stay", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(eraseEvery):
		}
	}
}

func (e *erasure) hear(ctx context.Context, u events.UserDeleted) error {
	if err := e.eraser.UserDeleted(ctx, u.User.ID); err != nil {
		return bus.Later(err)
	}
	select {
	case e.heard <- struct{}{}:
	default:
	}
	return nil
}

// work logs the first error of several in a row.
func (e *erasure) work(ctx context.Context) {
	for failing := false; ctx.Err() == nil; {
		err := e.eraser.Work(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			e.log.WarnContext(ctx, "The erasure of deleted accounts waits", "reason", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
		case <-e.heard:
		case <-time.After(eraseEvery):
		}
	}
}

// announced is what the event streams tell of tickets.
type announced struct{ js jetstream.JetStream }

func (a announced) Forget(ctx context.Context, clientID string) error {
	if err := bus.Forget(ctx, a.js, events.TicketStream, "crm.ticket.*."+clientID+".*"); err != nil {
		return err
	}
	return bus.ForgetDead(ctx, a.js, events.TicketDeadStream, "dead.ticket.*."+clientID+".*")
}
