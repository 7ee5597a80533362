package feed

import (
	"time"

	"crm.example/pkg/registry"
)

// everybody stands for the client if a listener gets the events of all tickets, as in ticket.Scope.
const everybody = ""

// ending is why a listener is disconnected, and within what time it may come back.
type ending struct {
	reason string
	within time.Duration
}

const comeBack = 5 * time.Second

var (
	stopped = ending{"this server ends", comeBack}
	cutOff  = ending{"the stream of events was made anew", comeBack}
	slow    = ending{"too slow: events were not taken in time", comeBack}
	expired = ending{"token-expired", time.Second}
	revoked = ending{"token-revoked", time.Second}
	unsure  = ending{"it is not known whether the token still counts", 3 * comeBack}
	away    = ending{"the stream of events is away", 3 * comeBack}
)

// listener gets the events of a client's tickets, or of everybody's.
type listener struct {
	hub    *Hub
	client string
	token  registry.Token
	wake   chan struct{} // holds one: there is an event for it, or it ends

	// hub.mu guards the following.
	at     position // everything up to here was sent, or was not for it
	joined bool     // its next event is among the last ones, or later
	owed   uint64   // the first event for it that was not sent yet; 0: none
	end    *ending
	sure   time.Time // when its token was last known to be valid
}

func (l *listener) concerns(e event) bool { return l.client == everybody || l.client == e.client }

// owe notes an event that it must get. hub.mu is held.
func (l *listener) owe(e event) {
	if !l.joined || l.owed > 0 || e.sequence <= l.at.sequence {
		return
	}
	l.owed = e.sequence
	l.rouse()
}

// finish disconnects it. hub.mu is held.
func (l *listener) finish(why ending) {
	if l.end == nil {
		l.end = &why
		l.rouse()
	}
}

func (l *listener) rouse() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// join makes the listener read the last events instead of the stream; false if its next event is older than those. It is true
// also for a listener that is disconnected: it gets the reason, and not the events that it missed.
func (h *Hub) join(l *listener) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l.at.epoch != h.now.Epoch {
		l.finish(cutOff)
	}
	if l.end != nil {
		return true
	}
	if l.at.sequence+1 < h.recent.from {
		return false
	}
	l.joined = true
	for _, e := range h.recent.since(l.at.sequence) {
		if l.concerns(e) {
			l.owe(e)
			break
		}
	}
	return true
}

// batch is the limit of events in one piece.
const batch = 64

// next returns the events for the listener, at most a batch, and its position after them; or why it ends.
func (h *Hub) next(l *listener) (frames [][]byte, at position, end *ending) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case l.end != nil:
		return nil, l.at, l.end
	case l.owed == 0:
		l.at.sequence = max(l.at.sequence, h.now.last)
		return nil, l.at, nil
	case l.owed < h.recent.from:
		return nil, l.at, &slow
	}
	events := h.recent.since(l.owed - 1)
	l.owed = 0
	for _, e := range events {
		if !l.concerns(e) {
			continue
		}
		if len(frames) == batch {
			l.owed = e.sequence
			l.rouse()
			break
		}
		frames, l.at.sequence = append(frames, e.frame), e.sequence
	}
	return frames, l.at, nil
}
