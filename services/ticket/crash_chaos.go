//go:build chaos

package ticket

import (
	"context"

	"crm.example/pkg/crash"
	"crm.example/services/ticket/internal/ticket"
)

// doomed has the process end before a change is stored, and after it.
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
