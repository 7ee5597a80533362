// Package bus carries events from a service's outbox to NATS JetStream. It knows streams and
// acknowledgements, not what an event says: it gets finished bytes from the store.
package bus

import (
	"context"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// Outbox is where a store keeps the events that it wrote together with the changes they announce.
type Outbox interface {
	// Pending returns the oldest events first, at most limit; those of one document in the order of its changes.
	Pending(ctx context.Context, limit int) ([]events.Message, error)
	// Settle removes an event that the stream has acknowledged. One that is gone already is no error.
	Settle(ctx context.Context, m events.Message) error
}

const (
	sweepEvery  = time.Second            // how soon an event is found whose Wake was lost in a crash
	firstWait   = 100 * time.Millisecond // after a failure, doubled up to longestWait
	longestWait = 2 * time.Second
	lastWords   = 3 * time.Second // how long Run goes on for what is left when it is told to end
)

// Relay publishes an outbox: one event at a time, in order per document, and removes each only after
// JetStream has acknowledged it. While NATS is away the outbox grows and nobody waits for it.
//
// An event that the stream refuses (one larger than it takes) holds back the later events of its own
// document, so that no consumer sees a gap, and no other document's. It is logged, stays in the outbox
// and is offered again with every pass, so it goes out once the server's limit has been raised.
//
// An event can be published twice when an acknowledgement is lost or the process ends between it and
// Settle; the stream drops the second within its duplicate window, consumers later by the event's id.
type Relay struct {
	js   jetstream.JetStream
	box  Outbox
	log  *slog.Logger
	wake chan struct{}

	acked   string          // id of the last acknowledged event, in case its Settle failed
	refused map[string]bool // ids of events that the stream refused, so that each is logged once
}

// NewRelay makes a relay that does nothing until Run. One outbox has one relay.
func NewRelay(js jetstream.JetStream, box Outbox, log *slog.Logger) *Relay {
	return &Relay{js: js, box: box, log: log, wake: make(chan struct{}, 1), refused: map[string]bool{}}
}

// Wake says that the outbox has something new. It never blocks; a call that is lost costs a second.
func (r *Relay) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run publishes until ctx ends, then for a few seconds more what is still in the outbox.
// It returns nil: what could not be published stays where it is for the next start.
func (r *Relay) Run(ctx context.Context) error {
	for failures := 0; ctx.Err() == nil; {
		if err := r.drain(ctx); err != nil {
			failures++
			r.complain(ctx, failures, err)
			r.pause(ctx, failures)
			continue
		}
		failures = 0
		r.idle(ctx)
	}
	return r.finish(context.WithoutCancel(ctx))
}

// idle waits until there is probably something to do.
func (r *Relay) idle(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-r.wake:
	case <-time.After(sweepEvery):
	}
}

// pause is deaf to Wake: a busy service must not hammer a server that is away.
func (r *Relay) pause(ctx context.Context, failures int) {
	select {
	case <-ctx.Done():
	case <-time.After(min(firstWait<<min(failures-1, 10), longestWait)):
	}
}

// complain logs the first failure in a row and then every thirtieth: about one line a minute.
func (r *Relay) complain(ctx context.Context, failures int, err error) {
	if failures%30 == 1 && ctx.Err() == nil {
		r.log.WarnContext(ctx, "Events wait in the outbox", "reason", err)
	}
}

func (r *Relay) finish(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lastWords)
	defer cancel()
	if err := r.drain(ctx); err != nil {
		r.log.WarnContext(ctx, "Events stay in the outbox until the next start", "reason", err)
	}
	return nil
}
