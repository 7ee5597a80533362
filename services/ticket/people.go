package ticket

import (
	"context"
	"log/slog"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/pkg/loop"
	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

const peopleDurable = "ticket-people"

// people listens for what happens to accounts, and has the store know who has one. Its durable is another one than that of the
// erasure: with one of its own it begins with the oldest event, and older replicas may run beside it (docs/adr/0018).
type people struct {
	store  ticket.Store
	eraser ticket.Eraser
	users  jetstream.JetStream // sees CRM_USERS
	log    *slog.Logger
}

// run goes on until ctx ends, through every outage.
func (p people) run(ctx context.Context) {
	loop.Every(ctx, eraseEvery, nil, p.log, "hear of users", func(ctx context.Context) error {
		if err := p.beginAgain(ctx); err != nil {
			return err
		}
		return bus.Consume(ctx, p.users, bus.Consumer{Durable: peopleDurable, Limit: always, Log: p.log}, p.hear)
	})
}

// beginAgain has NATS tell of everybody if the store knows nobody: it is new, or was brought back without them.
func (p people) beginAgain(ctx context.Context) error {
	nobody, err := p.store.KnowsNobody(ctx)
	if err != nil || !nobody {
		return err
	}
	return readPeopleAgain(ctx, p.users)
}

// hear leaves deletions to the erasure.
func (p people) hear(ctx context.Context, e events.UserEvent) error {
	if (events.UserDeleted{}).Kind().Holds(e.Type) {
		return nil
	}
	u := e.User
	person := ticket.Person{ID: u.ID, Name: u.Name, Email: u.Email, Role: ticket.Role(u.Role), Sequence: e.Sequence}
	if err := ticket.Learn(ctx, p.store, person); err != nil {
		return bus.Later(err)
	}
	if (events.UserRoleChanged{}).Kind().Holds(e.Type) {
		return p.release(ctx, u.ID)
	}
	return nil
}

// release takes somebody who is no agent any more off their open tickets. An older event says nothing about the present role.
func (p people) release(ctx context.Context, id string) error {
	is, err := p.store.PersonByID(ctx, id)
	switch {
	case problem.Is(err, problem.NotFound) || err == nil && is.Role.Answers():
		return nil
	case err == nil:
		err = p.eraser.Release(ctx, id)
	}
	if err != nil {
		return bus.Later(err)
	}
	return nil
}
