package streams

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

const (
	DeadAge   = 90 * 24 * time.Hour // how long a dead letter is kept for somebody to look at it
	DeadBytes = 256 << 20           // of dead letters where nobody set another bound: whoever may consume may send them
)

// Keeper keeps the stream of a service's events, and that of its dead letters, as the service wants them.
type Keeper struct {
	// What follows may be changed before Ensure.
	RetryEvery time.Duration // until the streams are as they must be; 1 s
	CheckEvery time.Duration // afterwards: one that is removed is made anew; 5 s

	js   jetstream.JetStream
	want []jetstream.StreamConfig
	log  *slog.Logger
	lack atomic.Pointer[unfit] // nil while nothing is known to be wrong
}

// NewKeeper makes a keeper; Ensure makes the streams. The stream of dead letters has the replicas and the bytes of the other one.
func NewKeeper(js jetstream.JetStream, want jetstream.StreamConfig, log *slog.Logger) *Keeper {
	dead := Of(map[string]string{events.TicketStream: events.TicketDeadStream, events.UserStream: events.UserDeadStream}[want.Name], DeadAge)
	dead.Replicas, dead.MaxBytes = want.Replicas, want.MaxBytes
	return &Keeper{RetryEvery: time.Second, CheckEvery: 5 * time.Second, js: js, want: []jetstream.StreamConfig{want, dead}, log: log}
}

// Ready tells in a sentence what somebody has to change. That NATS is away is not such a thing.
func (k *Keeper) Ready() error {
	if lack := k.lack.Load(); lack != nil {
		return *lack
	}
	return nil
}

// Ensure tries until both streams are as they must be, and is true then. It is false when ctx ends first.
func (k *Keeper) Ensure(ctx context.Context) bool {
	for failing := false; ; failing = true {
		err := k.ensure(ctx)
		if err == nil {
			return true
		}
		if !failing && ctx.Err() == nil {
			k.log.WarnContext(ctx, "Events wait until the stream is there", "stream", k.want[0].Name, "reason", err)
		}
		if !passes(ctx, k.RetryEvery) {
			return false
		}
	}
}

// Keep looks after the streams from Ensure on, until ctx ends.
func (k *Keeper) Keep(ctx context.Context) {
	for passes(ctx, k.CheckEvery) && k.Ensure(ctx) {
	}
}

func (k *Keeper) ensure(ctx context.Context) error {
	for _, want := range k.want {
		if err := Ensure(ctx, k.js, want); err != nil {
			var lack unfit
			if errors.As(err, &lack) {
				k.lack.Store(&lack)
			}
			return err
		}
	}
	k.lack.Store(nil)
	return nil
}

// passes tells whether the time has passed before ctx ended.
func passes(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
