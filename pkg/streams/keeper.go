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
	DeadAge   = 90 * 24 * time.Hour // how long a dead letter is kept, so that somebody can look at it
	DeadBytes = 256 << 20           // the limit for dead letters if nobody set another one: every consumer may send them
)

// Keeper makes the stream of a service's events and that of its dead letters, and keeps their settings.
type Keeper struct {
	// These settings may be changed before Ensure.
	RetryEvery time.Duration // until the streams have their settings; 1 s
	CheckEvery time.Duration // afterwards: a stream that was removed is made again; 5 s

	js   jetstream.JetStream
	want []jetstream.StreamConfig
	log  *slog.Logger
	lack atomic.Pointer[unfit] // nil while nothing is known to be wrong
}

// NewKeeper makes a keeper; Ensure makes the streams. The stream of dead letters gets the same replicas and bytes as the other one.
func NewKeeper(js jetstream.JetStream, want jetstream.StreamConfig, log *slog.Logger) *Keeper {
	dead := Of(map[string]string{events.TicketStream: events.TicketDeadStream, events.UserStream: events.UserDeadStream}[want.Name], DeadAge)
	dead.Replicas, dead.MaxBytes = want.Replicas, want.MaxBytes
	return &Keeper{RetryEvery: time.Second, CheckEvery: 5 * time.Second, js: js, want: []jetstream.StreamConfig{want, dead}, log: log}
}

// Ready tells in a sentence what somebody has to change; nil while NATS is only away.
func (k *Keeper) Ready() error {
	if lack := k.lack.Load(); lack != nil {
		return *lack
	}
	return nil
}

// Ensure tries until both streams have their settings, and then returns true. It returns false if ctx ends first.
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

// passes waits for the time, and returns false if ctx ends first.
func passes(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
