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
	"crm.example/pkg/loop"
	"crm.example/pkg/streams"
	"crm.example/services/ticket/internal/ticket"
)

// eraseEvery is the interval for erasures that wait for the relay, or that another process has begun.
const eraseEvery = time.Second

// erasure listens for deleted accounts, and erases them from the store and the streams.
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

// always is a limit of deliveries that is never reached: as a dead letter, a deletion would be lost. A deletion fails only by Later,
// which no limit counts, but each restart of the service while its store is away is a delivery without an answer. If an event makes
// the handler panic, it holds back those after it and is logged at each delivery: none of them may be left out.
const always = 1 << 20

// run goes on until ctx ends, through every outage.
func (e *erasure) run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() {
		loop.Every(ctx, eraseEvery, nil, e.log, "hear of deleted accounts, whose tickets stay", e.listen)
	})
	both.Go(func() { loop.Every(ctx, eraseEvery, e.heard, e.log, "erase deleted accounts", e.eraser.Work) })
	both.Wait()
}

// listen returns an error if somebody made its durable useless. It works again when somebody has removed the durable.
func (e *erasure) listen(ctx context.Context) error {
	return bus.Consume(ctx, e.users, bus.Consumer{Durable: "ticket-erasure", Limit: always, Log: e.log}, e.hear)
}

func (e *erasure) hear(ctx context.Context, u events.UserDeleted) error {
	if err := e.eraser.UserDeleted(ctx, u.User.ID); err != nil {
		return bus.Later(err)
	}
	loop.Wake(e.heard)
	return nil
}

// announced has the events of tickets in the streams.
type announced struct{ js jetstream.JetStream }

func (a announced) Forget(ctx context.Context, clientID string) error {
	deleted, err := streams.DeletedDocuments(ctx, a.js, events.TicketStream, "crm.ticket.*."+clientID+".*")
	if err != nil {
		return err
	}
	for _, id := range deleted { // what agents did with them, which is not said under the client's id
		if err := a.forget(ctx, events.AtDesk, id); err != nil {
			return err
		}
	}
	return a.forget(ctx, clientID, "*")
}

// forget removes what was said to an audience of a ticket, or of all.
func (a announced) forget(ctx context.Context, audience, ticketID string) error {
	if err := streams.Forget(ctx, a.js, events.TicketStream, "crm.ticket.*."+audience+"."+ticketID); err != nil {
		return err
	}
	return streams.ForgetDead(ctx, a.js, events.TicketDeadStream, "dead.ticket.*."+audience+"."+ticketID)
}
