package bus

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// Consumer says how events are consumed. Everything but Durable has a sensible zero value.
type Consumer struct {
	Durable string        // names the consumer for good: what it has acknowledged is kept by the server under this name
	New     bool          // a durable that is made anew begins with what happens from now on, not with the oldest event kept
	Limit   int           // deliveries of an event that fails until it is a dead letter; 8
	First   time.Duration // pause after the first failure, doubled after each further one; 250 ms
	Longest time.Duration // longest pause after a failure; 15 s
	Timeout time.Duration // how long the handler's context lives for one event; 5 min
	Log     *slog.Logger  // nil logs nothing
}

// Consume hands each event of E's kind to handle, one after the other in the stream's order, until ctx ends.
func Consume[E events.Event](ctx context.Context, js jetstream.JetStream, c Consumer, handle func(context.Context, E) error) error {
	return errors.New("bus.Consume: being written")
}
