package password

import (
	"context"
	"sync"
	"time"

	"crm.example/pkg/problem"
)

// queuePerSlot is how many may wait for each slot. At cost 12 that is about a second; who would have to wait longer
// is better told to come again.
const queuePerSlot = 4

// gate lets a few in at once, lets a few more wait, and turns everybody else away. Without it a burst of
// logins makes every other route wait for the processor, and fewer logins complete. One client takes at most
// half of the places, rounded up: no throttle counts logins that succeed, and with all of them it would keep
// everybody else out.
type gate struct {
	slots  chan struct{} // inside
	places int           // inside or waiting

	mu    sync.Mutex
	taken int
	held  map[string]int // of those taken, by client
}

func newGate(slots, queue int) *gate {
	return &gate{slots: make(chan struct{}, slots), places: slots + queue, held: map[string]int{}}
}

// enter waits for a slot for as long as ctx lasts. It is the problem `busy` when no place is left for the
// client, or when ctx ends first.
func (g *gate) enter(ctx context.Context, client string) (leave func(), err error) {
	if !g.take(client) {
		return nil, busy(nil)
	}
	select {
	case g.slots <- struct{}{}:
		return func() { <-g.slots; g.giveBack(client) }, nil
	case <-ctx.Done():
		g.giveBack(client)
		return nil, busy(ctx.Err())
	}
}

func (g *gate) take(client string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.taken == g.places || g.held[client] == (g.places+1)/2 {
		return false
	}
	g.taken++
	g.held[client]++
	return true
}

func (g *gate) giveBack(client string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.taken--
	if g.held[client]--; g.held[client] == 0 {
		delete(g.held, client)
	}
}

func busy(cause error) error {
	return &problem.Error{
		Code: problem.Busy, Detail: "Too many passwords are being checked at the moment.",
		RetryAfter: time.Second, Cause: cause,
	}
}
