package bus

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	batch    = 500  // documents, and events, that go into one round
	mostHeld = 1000 // documents set aside in one sweep; with more the stream itself is at fault
)

var errTooMany = fmt.Errorf("the stream refuses events of more than %d documents", mostHeld)

// work publishes what was written lately and, if a sweep is due, what has waited for so long that nobody else does.
func (r *Relay) work(ctx context.Context, sweep bool) error {
	if documents := r.woken.take(batch); len(documents) > 0 {
		if err := r.deliver(ctx, documents); err != nil {
			return err
		}
	}
	if !sweep {
		return ctx.Err()
	}
	return r.sweep(ctx, time.Now().Add(-sweepEvery))
}

// sweep works off what was written before that time. Documents in held wait because the stream refused an event of
// theirs; asking for that many more keeps them from hiding the others.
func (r *Relay) sweep(ctx context.Context, before time.Time) error {
	clear(r.held)
	for ctx.Err() == nil {
		limit := batch + len(r.held)
		documents, err := r.box.Waiting(ctx, before, limit)
		if err != nil {
			return fmt.Errorf("read outbox: %w", err)
		}
		full := len(documents) == limit
		documents = slices.DeleteFunc(documents, func(id string) bool { return r.held[id] })
		if len(documents) == 0 {
			return nil
		}
		if err := r.deliver(ctx, documents); err != nil {
			return err
		}
		if len(r.held) > mostHeld {
			return errTooMany
		}
		if !full && len(r.woken.bell) > 0 {
			return nil
		}
	}
	return ctx.Err()
}
