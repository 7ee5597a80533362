package password

import (
	"context"
	"sync"
	"time"

	"crm.example/pkg/problem"
)

const (
	// longestWait bounds how long a newcomer would have to wait, by the work of those before it. Who would have to wait longer is
	// better told to come again.
	longestWait = 2500 * time.Millisecond
	// longestShare bounds the work that one client has in hand, so that others find room: no throttle counts logins that succeed.
	longestShare = 2 * time.Second
)

// gate lets a few calls run at once. Others wait, if the wait is short by the time of recent calls. Without it a burst of
// logins makes every other route wait for the processor, and fewer logins complete.
type gate struct {
	slots chan struct{} // inside

	mu    sync.Mutex
	pace  time.Duration  // of a call inside, the latest counting an eighth
	taken int            // inside or waiting
	held  map[string]int // of those taken, by client
}

func newGate(slots int, pace time.Duration) *gate {
	return &gate{slots: make(chan struct{}, slots), pace: pace, held: map[string]int{}}
}

// enter waits for a slot for as long as ctx lasts. It is the problem `busy` when the wait would be too long for the
// client, or when ctx ends first.
func (g *gate) enter(ctx context.Context, client string) (leave func(), err error) {
	if wait := g.take(client); wait > 0 {
		return nil, busy(wait, nil)
	}
	select {
	case g.slots <- struct{}{}:
		begun := time.Now()
		return func() { <-g.slots; g.giveBack(client, time.Since(begun)) }, nil
	case <-ctx.Done():
		g.giveBack(client, 0)
		return nil, busy(time.Second, ctx.Err())
	}
}

// take counts the client in, or tells in what time to come again.
func (g *gate) take(client string) (comeAgain time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if comeAgain = max(g.work(g.taken-cap(g.slots)+1)-longestWait, g.work(g.held[client])-longestShare); comeAgain > 0 {
		return comeAgain
	}
	g.taken++
	g.held[client]++
	return 0
}

// work is how long so many calls take.
func (g *gate) work(calls int) time.Duration {
	return time.Duration(calls) * g.pace / time.Duration(cap(g.slots))
}

// giveBack counts the client out. took is 0 if it was never inside.
func (g *gate) giveBack(client string, took time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.taken--
	if g.held[client]--; g.held[client] == 0 {
		delete(g.held, client)
	}
	if took > 0 {
		g.pace += (took - g.pace) / 8
	}
}

func busy(comeAgain time.Duration, cause error) error {
	return &problem.Error{
		Code: problem.Busy, Detail: "Too many passwords are being checked at the moment.",
		RetryAfter: max(time.Second, comeAgain), Cause: cause,
	}
}
