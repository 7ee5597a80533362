package bus

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

const (
	retryEvery = time.Second     // until the streams are as they must be
	checkEvery = 5 * time.Second // afterwards: one that is removed is made anew
)

// Streams keeps the stream of a service's events, and that of its dead letters, as the service wants them.
type Streams struct {
	js   jetstream.JetStream
	want []jetstream.StreamConfig
	log  *slog.Logger
	lack atomic.Pointer[unfit] // nil while nothing is known to be wrong
}

// NewStreams makes no stream yet. The stream of dead letters has the replicas and the bytes of the other one.
func NewStreams(js jetstream.JetStream, want jetstream.StreamConfig, log *slog.Logger) *Streams {
	dead := StreamOf(map[string]string{events.TicketStream: events.TicketDeadStream, events.UserStream: events.UserDeadStream}[want.Name], DeadAge)
	dead.Replicas, dead.MaxBytes = want.Replicas, want.MaxBytes
	return &Streams{js: js, want: []jetstream.StreamConfig{want, dead}, log: log}
}

// Ready tells in a sentence what no waiting cures. That NATS is away is no such thing.
func (s *Streams) Ready() error {
	if lack := s.lack.Load(); lack != nil {
		return *lack
	}
	return nil
}

// Ensure tries every second until both streams are as they must be, or ctx ends, and tells which of the two it was.
func (s *Streams) Ensure(ctx context.Context) bool {
	for failing := false; ; failing = true {
		err := s.ensure(ctx)
		if err == nil {
			return true
		}
		if !failing && ctx.Err() == nil {
			s.log.WarnContext(ctx, "Events wait until the stream is there", "stream", s.want[0].Name, "reason", err)
		}
		if !passes(ctx, retryEvery) {
			return false
		}
	}
}

// Keep looks after the streams from Ensure on, until ctx ends.
func (s *Streams) Keep(ctx context.Context) {
	for passes(ctx, checkEvery) && s.Ensure(ctx) {
	}
}

func (s *Streams) ensure(ctx context.Context) error {
	for _, want := range s.want {
		if err := EnsureStream(ctx, s.js, want); err != nil {
			var lack unfit
			if errors.As(err, &lack) {
				s.lack.Store(&lack)
			}
			return err
		}
	}
	s.lack.Store(nil)
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
