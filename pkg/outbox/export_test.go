package outbox

import (
	"context"

	"crm.example/pkg/events"
)

// Publish publishes the events of one round.
func (r *Relay) Publish(ctx context.Context, msgs []events.Message) (sent int, err error) {
	published, _, err := r.send(ctx, outgoingOf(msgs), false)
	return len(published), err
}
