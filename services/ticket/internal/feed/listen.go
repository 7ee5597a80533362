package feed

import (
	"context"
	"errors"
	"iter"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/registry"
	"crm.example/services/ticket/internal/ticket"
)

// The names of the events that are about the feed itself.
const (
	ready  = "ready"
	resync = "resync"
)

var errAway = problem.NewUnavailable(errors.New("the live feed has no stream of events"))

// Listen sends events to who: those after lastID or, without one, those from now on. Each piece is one or more complete
// events of text/event-stream. It ends when ctx does, when the token ends, or when the listener must come back. The last
// piece may say why. The problem is unavailable while NATS is away, and rate-limited for a user who has too many listeners;
// each counts until its ctx ends.
func (h *Hub) Listen(ctx context.Context, who ticket.Actor, token registry.Token, lastID string) (iter.Seq[[]byte], error) {
	scope, err := ticket.Permit(who, ticket.ToRead)
	if err != nil {
		return nil, err
	}
	if err := h.count(ctx, token.UserID); err != nil {
		return nil, err
	}
	name, at, err := h.place(ctx, lastID)
	if err != nil {
		return nil, err
	}
	return func(send func([]byte) bool) {
		l := &listener{hub: h, client: scope.ClientID, token: token, at: at, wake: make(chan struct{}, 1), sure: time.Now()}
		h.enter(l)
		defer h.leave(l)
		if send(greeting(name, at)) && l.replay(ctx, send) {
			l.run(ctx, send)
		}
	}, nil
}

// place is where a listener begins, and whether it has missed events that cannot be sent any more.
func (h *Hub) place(ctx context.Context, lastID string) (name string, at position, err error) {
	now := h.standing()
	if !now.live || time.Since(now.seen) > awayAfter {
		return "", at, errAway
	}
	newest := position{now.Epoch, now.last}
	if lastID == "" {
		return ready, newest, nil
	}
	at, ok := parsePosition(lastID)
	if !ok || at.epoch != now.Epoch {
		return resync, newest, nil
	}
	if at.sequence > now.last { // another process may be ahead of this one; an id from the future is ahead of the stream
		state, err := h.ask(ctx)
		if err != nil {
			return "", at, problem.NewUnavailable(err)
		}
		now.State = state
	}
	if at.epoch != now.Epoch || at.sequence > max(now.Last, now.last) || at.sequence+1 < now.First {
		return resync, newest, nil
	}
	return ready, at, nil
}

// beatEvery is the interval of heartbeats.
const beatEvery = 15 * time.Second

// run sends events until the listener leaves or is disconnected.
func (l *listener) run(ctx context.Context, send func([]byte) bool) {
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	for due := false; ; {
		frames, at, end := l.hub.next(l)
		switch {
		case end != nil:
			send(farewell(*end))
			return
		case len(frames) == 0 && due:
			frames = [][]byte{heartbeat(at)}
		}
		if len(frames) > 0 && !send(joined(frames)) {
			return
		}
		select {
		case <-ctx.Done():
			send(farewell(stopped)) // perhaps because the server closes
			return
		case <-l.wake:
			due = false
		case <-beat.C:
			due = true
		}
	}
}
