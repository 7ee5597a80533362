// Package outbox carries events from a service's outbox to a stream of NATS JetStream. It knows streams and
// acknowledgements, not what an event says: it gets finished bytes from the store.
package outbox

import (
	"context"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Relay publishes an outbox, in order per document, and removes events only after JetStream has acknowledged them. While
// NATS is away, the outbox grows and nobody waits for it. Each process that writes has a relay. Any number of relays may
// work on one outbox, and each may lose its connection or stand still at any moment and for any time: every event comes into
// the stream once. Many events go out as one atomic batch, so that one sync of the server's disk serves all of them. A few go
// out side by side, one of each document at a time, which costs the server less.
//
// Each document has a fence: its first event of a batch is taken only if the document's last event in the stream
// is still the one that the relay knew before it read the outbox. If it is not, the relay asks the stream for that last
// event, whose sequence tells what is in the stream already, and reads the outbox again.
//
// An event that the stream refuses (one larger than it takes) holds back the later events of its own
// document, so that no consumer sees a gap, and no other document's. It is logged, stays in the outbox
// and is offered again with every sweep, so it goes out once the server's limit has been raised.
type Relay struct {
	// These settings may be changed before Run.
	SweepEvery  time.Duration // interval of looking for events whose Wake was lost in a crash; 1 s
	PublishFor  time.Duration // limit of one round, from sending its events to their removal; 5 s
	FirstWait   time.Duration // pause after a failure, doubled with each further one; 100 ms
	LongestWait time.Duration // longest pause; 2 s
	BatchFrom   int           // so many events of a round or more are one atomic batch; 12. Fewer cost less one by one
	FinishFor   time.Duration // how long Run goes on with the events that are left when it is told to end; 3 s

	js        jetstream.JetStream
	stream    string
	store     Store
	log       *slog.Logger
	pending   *pendingSet
	published *lastPublished

	held    map[string]bool // documents with an event that the stream refused in this sweep
	refused map[string]bool // ids of events that the stream refused, so that each is logged once
}

// NewRelay makes a relay from an outbox to a stream. It does nothing until Run.
func NewRelay(js jetstream.JetStream, stream string, store Store, log *slog.Logger) *Relay {
	return &Relay{
		SweepEvery: time.Second, PublishFor: 5 * time.Second, FirstWait: 100 * time.Millisecond, LongestWait: 2 * time.Second, FinishFor: 3 * time.Second, BatchFrom: 12,
		js: js, stream: stream, store: store, log: log, pending: newPendingSet(), published: newLastPublished(),
		held: map[string]bool{}, refused: map[string]bool{},
	}
}

// Wake says that the outbox has a new event of a document. It never blocks. If a call is lost, the sweep finds the event.
func (r *Relay) Wake(document string) { r.pending.add(document) }

// Run publishes until ctx ends, and then for a few seconds the events that are still in the outbox.
// It returns nil: events that could not be published stay in the outbox for the next start.
func (r *Relay) Run(ctx context.Context) error {
	sweep := time.NewTicker(r.SweepEvery)
	defer sweep.Stop()
	for failures, due := 0, true; ctx.Err() == nil; {
		if err := r.work(ctx, due); err != nil {
			failures++
			r.complain(ctx, failures, err)
			r.pause(ctx, failures)
			due = true
			continue
		}
		failures = 0
		due = r.idle(ctx, sweep.C)
	}
	return r.finish(context.WithoutCancel(ctx))
}

// idle waits until there is something to do, and tells whether it is time for the sweep.
func (r *Relay) idle(ctx context.Context, sweep <-chan time.Time) bool {
	select {
	case <-ctx.Done():
		return false
	case <-r.pending.bell:
		return false
	case <-sweep:
		return true
	}
}

// pause ignores Wake: a busy service must not send to a server that is away without a pause.
func (r *Relay) pause(ctx context.Context, failures int) {
	select {
	case <-ctx.Done():
	case <-time.After(min(r.FirstWait<<min(failures-1, 10), r.LongestWait)):
	}
}

// complain logs the first failure in a row and then every thirtieth: about one line a minute.
func (r *Relay) complain(ctx context.Context, failures int, err error) {
	if failures%30 == 1 && ctx.Err() == nil {
		r.log.WarnContext(ctx, "Events wait in the outbox", "reason", err)
	}
}

func (r *Relay) finish(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.FinishFor)
	defer cancel()
	err := r.sweep(ctx, time.Now())
	for err == nil && r.pending.some() {
		err = r.fresh(ctx)
	}
	if err != nil {
		r.log.WarnContext(ctx, "Events stay in the outbox until the next start", "reason", err)
	}
	return nil
}
