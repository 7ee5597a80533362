package password

import (
	"context"
	"time"

	"crm.example/pkg/problem"
)

// queuePerSlot keeps the queue short: who has to wait for more than about a second at cost 12 is better told to come again.
const queuePerSlot = 4

// gate lets a few in at once, lets a few more wait, and turns everybody else away. Without it a burst of
// logins makes every other route wait for the processor, and fewer logins complete.
type gate struct {
	places chan struct{} // inside or waiting
	slots  chan struct{} // inside
}

func newGate(slots, queue int) gate {
	return gate{places: make(chan struct{}, slots+queue), slots: make(chan struct{}, slots)}
}

// enter waits for a slot for as long as ctx lasts. It is the problem `busy` when the queue is full, or
// when ctx ends first.
func (g gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g.places <- struct{}{}:
	default:
		return nil, busy(nil)
	}
	select {
	case g.slots <- struct{}{}:
		return func() { <-g.slots; <-g.places }, nil
	case <-ctx.Done():
		<-g.places
		return nil, busy(ctx.Err())
	}
}

func busy(cause error) error {
	return &problem.Error{
		Code: problem.Busy, Detail: "Too many passwords are being checked at the moment.",
		RetryAfter: time.Second, Cause: cause,
	}
}
