package feed

import (
	"bytes"
	"context"

	"crm.example/pkg/bus"
)

const (
	pageSize = 128
	// pagePatience is long: while NATS syncs a burst of events to a slow disk, a page has been seen to take seconds.
	pagePatience = beatEvery
	mostMissed   = 10_000 // events; who has missed more is quicker with a snapshot
)

// replay brings a listener up to the last events, reading the stream where it has missed more than they hold. It is false
// if the listener must not go on.
func (l *listener) replay(ctx context.Context, send func([]byte) bool) bool {
	for sent := 0; !l.hub.join(l); {
		kept := l.hub.kept()
		page, whole, err := l.hub.page(ctx, l)
		switch {
		case ctx.Err() != nil:
			return false
		case err != nil:
			send(farewell(away))
			return false
		case !whole || sent > mostMissed:
			if !send(greeting(resync, l.hub.skip(l))) {
				return false
			}
			continue
		}
		frames := l.hub.advance(l, page, kept)
		sent += len(frames)
		if len(frames) > 0 && !send(joined(frames)) {
			return false
		}
	}
	return true
}

// page reads what comes next for the listener. whole is false if some of it has left the stream unseen.
func (h *Hub) page(ctx context.Context, l *listener) (page []bus.Entry, whole bool, err error) {
	select {
	case h.pages <- struct{}{}:
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
	defer func() { <-h.pages }()
	ctx, cancel := context.WithTimeout(ctx, pagePatience)
	defer cancel()
	next := l.at.sequence + 1
	if page, err = h.stream.Page(ctx, subjectOf(l.client), next, pageSize); err != nil {
		return nil, false, err
	}
	state, err := h.stream.State(ctx) // after the page, so that what it did not find anymore shows
	return page, err == nil && state.Epoch == l.at.epoch && state.First <= next, err
}

// kept is where the last events begin.
func (h *Hub) kept() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.recent.from
}

// advance moves the listener over a page, whose frames it returns. Behind the last page are the events that were the last
// ones, from kept on, before it was read: by now some of those may be kept no more, and are on another page.
func (h *Hub) advance(l *listener, page []bus.Entry, kept uint64) (frames [][]byte) {
	for _, entry := range page {
		if e, err := eventOf(l.at.epoch, entry); err == nil { // the others have been complained of
			frames = append(frames, e.frame)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(page) == 0 {
		l.at.sequence = max(l.at.sequence, kept-1)
	} else {
		l.at.sequence = page[len(page)-1].Sequence
	}
	return frames
}

// skip moves the listener to the newest event.
func (h *Hub) skip(l *listener) position {
	h.mu.Lock()
	defer h.mu.Unlock()
	l.at = position{h.now.Epoch, h.now.last}
	return l.at
}

// joined makes one piece of several frames, so that they travel together.
func joined(frames [][]byte) []byte {
	if len(frames) == 1 {
		return frames[0]
	}
	return bytes.Join(frames, nil)
}
