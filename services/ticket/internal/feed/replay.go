package feed

import (
	"bytes"
	"context"
	"errors"
	"time"
)

const (
	pageSize = 128
	// pagePatience is long: while NATS syncs a burst of events to a slow disk, a page can take seconds.
	pagePatience = beatEvery
	mostMissed   = 10_000 // events; a client that has missed more is faster if it reads all tickets again
)

// replay brings a listener to the last events. If it has missed older ones, replay reads them from the stream. It is false
// if the listener must not go on.
func (l *listener) replay(ctx context.Context, send func([]byte) bool) bool {
	for sent := 0; !l.hub.join(l); {
		kept := l.hub.kept()
		read, err := l.await(ctx, send)
		switch {
		case errors.Is(err, errLetGo):
			continue
		case ctx.Err() != nil || errors.Is(err, errGone):
			return false
		case err != nil:
			send(farewell(away))
			return false
		case !read.whole || sent > mostMissed:
			if !send(greeting(resync, l.hub.skip(l))) {
				return false
			}
			continue
		}
		frames := l.hub.advance(l, read.page, kept)
		sent += len(frames)
		if len(frames) > 0 && !send(joined(frames)) {
			return false
		}
	}
	return true
}

var (
	errLetGo = errors.New("the listener is let go")
	errGone  = errors.New("the listener has gone")
)

// reading is a page of the stream.
type reading struct {
	page  []Entry
	whole bool // no event of it was removed from the stream before it was read
	err   error
}

// await waits for the next page, and sends heartbeats meanwhile. It ends when the listener leaves or must not listen any more.
func (l *listener) await(ctx context.Context, send func([]byte) bool) (reading, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	read, at := make(chan reading, 1), l.at
	go func() { read <- l.hub.page(ctx, l.client, at) }()
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	for {
		select {
		case r := <-read:
			return r, r.err
		case <-l.wake: // events do not count before it has joined
			return reading{}, errLetGo
		case <-beat.C:
			if !send(heartbeat(at)) {
				return reading{}, errGone
			}
		}
	}
}

// page reads the events after a position, when it is its turn.
func (h *Hub) page(ctx context.Context, client string, at position) (r reading) {
	select {
	case h.pages <- struct{}{}:
	case <-ctx.Done():
		return reading{err: ctx.Err()}
	}
	defer func() { <-h.pages }()
	ctx, cancel := context.WithTimeout(ctx, pagePatience)
	defer cancel()
	if r.page, r.err = h.stream.Page(ctx, subjectOf(client), at.sequence+1, pageSize); r.err != nil {
		return r
	}
	state, err := h.stream.State(ctx) // after the page, so that it shows events that were removed before the page was read
	return reading{r.page, err == nil && state.Epoch == at.epoch && state.First <= at.sequence+1, err}
}

// kept is where the last events begin.
func (h *Hub) kept() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.recent.from
}

// advance moves the listener over a page and returns its frames. After the last page come the events that were kept before it was
// read: by now some of them may not be kept any more, and are on another page.
func (h *Hub) advance(l *listener, page []Entry, kept uint64) (frames [][]byte) {
	for _, entry := range page {
		if e, err := eventOf(l.at.epoch, entry); err == nil { // the others have been logged
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

// joined joins several frames to one piece, so that they are sent together.
func joined(frames [][]byte) []byte {
	if len(frames) == 1 {
		return frames[0]
	}
	return bytes.Join(frames, nil)
}
