package sqlite

import (
	"context"
	"slices"
	"sync"
)

// turn is a lock. Those who wait get it in the order in which they asked, a context can end the wait, and the holder can
// see whether somebody waits. The zero value is free.
type turn struct {
	mu      sync.Mutex
	held    bool
	waiting []chan struct{}
}

// take waits for the lock. If ctx ends first, the caller does not have it.
func (t *turn) take(ctx context.Context) error {
	t.mu.Lock()
	if !t.held {
		t.held = true
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	t.waiting = append(t.waiting, mine)
	t.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
		return t.leave(ctx, mine)
	}
}

// leave stops waiting, unless the caller has just got the lock.
func (t *turn) leave(ctx context.Context, mine chan struct{}) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.waiting, mine)
	if i < 0 {
		return nil
	}
	t.waiting = slices.Delete(t.waiting, i, i+1)
	return ctx.Err()
}

// pass gives the lock to the one who has waited longest. If nobody waits, the caller keeps it.
func (t *turn) pass() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.next()
}

// end releases the lock, also if nobody waits.
func (t *turn) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held = t.next()
}

func (t *turn) next() bool {
	if len(t.waiting) == 0 {
		return false
	}
	close(t.waiting[0])
	t.waiting = t.waiting[1:]
	return true
}
