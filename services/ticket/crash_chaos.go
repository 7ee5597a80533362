//go:build chaos

package ticket

import (
	"context"

	"crm.example/pkg/crash"
	"crm.example/services/ticket/internal/ticket"
)

// crashing adds crash points before and after a change is stored.
func crashing(s storage) storage { return crashingStore{s} }

type crashingStore struct{ storage }

func (s crashingStore) Create(ctx context.Context, t ticket.Ticket) (ticket.Ticket, error) {
	crash.At(crash.BeforeWrite)
	return written(s.storage.Create(ctx, t))
}

func (s crashingStore) Update(ctx context.Context, target ticket.Target, change ticket.Change) (ticket.Ticket, error) {
	crash.At(crash.BeforeWrite)
	return written(s.storage.Update(ctx, target, change))
}

func written(t ticket.Ticket, err error) (ticket.Ticket, error) {
	if err == nil {
		crash.At(crash.AfterWrite)
	}
	return t, err
}
