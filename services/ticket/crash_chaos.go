//go:build chaos

package ticket

import (
	"context"

	"crm.example/pkg/crash"
	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
)

// doomed has the process end around the store's calls.
func doomed(s storage) storage { return doomedStore{s} }

type doomedStore struct{ storage }

func (s doomedStore) Create(ctx context.Context, t ticket.Ticket) (ticket.Ticket, error) {
	crash.At(crash.BeforeWrite)
	return written(s.storage.Create(ctx, t))
}

func (s doomedStore) Update(ctx context.Context, target ticket.Target, change ticket.Change) (ticket.Ticket, error) {
	crash.At(crash.BeforeWrite)
	return written(s.storage.Update(ctx, target, change))
}

func written(t ticket.Ticket, err error) (ticket.Ticket, error) {
	if err == nil {
		crash.At(crash.AfterWrite)
	}
	return t, err
}

func (s doomedStore) Pending(ctx context.Context, documents []string, limit int) ([]events.Message, error) {
	msgs, err := s.storage.Pending(ctx, documents, limit)
	if len(msgs) > 0 {
		crash.At(crash.BeforePublish)
	}
	return msgs, err
}

func (s doomedStore) Settle(ctx context.Context, published []events.Message) error {
	crash.At(crash.BeforeRemoval)
	return s.storage.Settle(ctx, published)
}
