package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

const (
	maxEvents    = 512  // events of one round, at most
	maxDocuments = 256  // documents of one round, at most
	maxHeld      = 1000 // documents held back in one sweep; with more, the stream itself must have a fault
)

var errTooMany = fmt.Errorf("the stream refuses events of more than %d documents", maxHeld)

// work publishes the events that this process wrote or, if a sweep is due, events that have waited so long that nobody else
// publishes them.
func (r *Relay) work(ctx context.Context, sweep bool) error {
	if sweep {
		return r.sweep(ctx, time.Now().Add(-r.SweepEvery))
	}
	return r.fresh(ctx)
}

// fresh publishes the events that this process wrote.
func (r *Relay) fresh(ctx context.Context) error {
	documents := r.pending.take(maxDocuments)
	if len(documents) == 0 {
		return ctx.Err()
	}
	return r.deliver(ctx, documents)
}

// sweep publishes events that were written before that time. It skips documents with a refused event, and asks for that many
// more, so that they do not hide the others. It ends when a round has changed nothing.
func (r *Relay) sweep(ctx context.Context, before time.Time) error {
	clear(r.held)
	for previous := []string(nil); ctx.Err() == nil && len(r.held) <= maxHeld; {
		limit := 4*maxDocuments + len(r.held)
		documents, err := r.store.Waiting(ctx, before, limit)
		if err != nil {
			return fmt.Errorf("read outbox: %w", err)
		}
		full := len(documents) == limit
		documents = slices.DeleteFunc(documents, func(id string) bool { return r.held[id] })
		if len(documents) == 0 || slices.Equal(documents, previous) {
			return nil
		}
		previous = documents
		if err := r.deliver(ctx, some(documents)); err != nil {
			return err
		}
		if err := r.fresh(ctx); err != nil || !full && len(documents) <= maxDocuments {
			return err
		}
	}
	if ctx.Err() == nil {
		return errTooMany
	}
	return ctx.Err()
}

// some returns the documents of one round. Of many it takes some at random, so that relays that sweep at the same time rarely
// take the same ones.
func some(documents []string) []string {
	if len(documents) <= maxDocuments {
		return documents
	}
	from := rand.N(len(documents) - maxDocuments + 1)
	return documents[from : from+maxDocuments]
}
