package bus

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

const (
	batch    = 512  // events of one round, at most
	crowd    = 256  // documents of one round, at most
	mostHeld = 1000 // documents set aside in one sweep; with more the stream itself is at fault
)

var errTooMany = fmt.Errorf("the stream refuses events of more than %d documents", mostHeld)

// work publishes what was written lately and, if a sweep is due, what has waited for so long that nobody else does.
func (r *Relay) work(ctx context.Context, sweep bool) error {
	if sweep {
		return r.sweep(ctx, time.Now().Add(-sweepEvery))
	}
	return r.fresh(ctx)
}

// fresh publishes what this process wrote.
func (r *Relay) fresh(ctx context.Context) error {
	documents := r.woken.take(crowd)
	if len(documents) == 0 {
		return ctx.Err()
	}
	return r.deliver(ctx, documents)
}

// sweep works off what was written before that time. Documents in held wait because the stream refused an event of
// theirs; asking for that many more keeps them from hiding the others. It ends when a round has changed nothing.
func (r *Relay) sweep(ctx context.Context, before time.Time) error {
	clear(r.held)
	for last := []string(nil); ctx.Err() == nil && len(r.held) <= mostHeld; {
		limit := 4*crowd + len(r.held)
		documents, err := r.box.Waiting(ctx, before, limit)
		if err != nil {
			return fmt.Errorf("read outbox: %w", err)
		}
		full := len(documents) == limit
		documents = slices.DeleteFunc(documents, func(id string) bool { return r.held[id] })
		if len(documents) == 0 || slices.Equal(documents, last) {
			return nil
		}
		last = documents
		if err := r.deliver(ctx, some(documents)); err != nil {
			return err
		}
		if err := r.fresh(ctx); err != nil || !full && len(documents) <= crowd {
			return err
		}
	}
	if ctx.Err() == nil {
		return errTooMany
	}
	return ctx.Err()
}

// some are the documents of one round. Of many it takes those from a place on that is left to chance, so that relays that
// sweep at the same time seldom take the same.
func some(documents []string) []string {
	if len(documents) <= crowd {
		return documents
	}
	from := rand.N(len(documents) - crowd + 1)
	return documents[from : from+crowd]
}
