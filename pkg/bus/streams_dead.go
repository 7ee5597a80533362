package bus

import (
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// DeadAge is how long a dead letter is kept for somebody to look at it.
const DeadAge = 90 * 24 * time.Hour

// EnsureStreams does for the stream of a service's events, and for that of its dead letters, what EnsureStream does.
func EnsureStreams(ctx context.Context, js jetstream.JetStream, want jetstream.StreamConfig) error {
	dead := map[string]string{events.TicketStream: events.TicketDeadStream, events.UserStream: events.UserDeadStream}
	if err := EnsureStream(ctx, js, want); err != nil {
		return err
	}
	return EnsureStream(ctx, js, StreamOf(dead[want.Name], DeadAge))
}
