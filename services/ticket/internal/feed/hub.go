// Package feed sends events of tickets to listeners as soon as they are in the stream. One consumer in the process serves any number
// of listeners. A client gets the events of its own tickets, an agent those of all. It knows no HTTP and no store.
//
// A listener is a position in the stream. The last events are kept once for all listeners. A listener that is further behind reads
// the stream page by page until it reaches them. So no event is sent twice or left out in between. A listener that reads slowly takes
// no memory: when its next event is no longer among the last ones, it is disconnected and may come back.
package feed

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"crm.example/pkg/registry"
)

// Stream is the source of the events: Tail, whose comments say what each method promises.
type Stream interface {
	State(ctx context.Context) (State, error)
	Follow(ctx context.Context, from uint64, begun func(left uint64), each func(Entry)) error
	Page(ctx context.Context, subject string, from uint64, limit int) ([]Entry, error)
}

// Hub has the listeners of this process.
type Hub struct {
	stream Stream
	tokens registry.Tokens
	log    *slog.Logger
	pages  chan struct{} // bounds how many listeners read the stream at once

	mu        sync.Mutex
	now       standing
	recent    recent
	listeners map[string]map[*listener]struct{} // by the client whose events they get; everybody's, by ""
	perUser   map[string]int                    // how many listeners a user has
}

// standing is the known state of the stream, and how far the events were handed on.
type standing struct {
	State
	seen time.Time // when we last knew that events come
	last uint64    // the newest event that was handed on
	live bool      // all events from before the start have been read
}

// pagesAtOnce limits the load on NATS by listeners that come back after a long time.
const pagesAtOnce = 8

// New makes a hub that refuses listeners until Run has caught up with the stream.
func New(stream Stream, tokens registry.Tokens, log *slog.Logger) *Hub {
	return &Hub{
		stream: stream, tokens: tokens, log: log, pages: make(chan struct{}, pagesAtOnce),
		listeners: map[string]map[*listener]struct{}{}, perUser: map[string]int{},
	}
}

// Run follows the stream, and disconnects listeners whose token has ended, until ctx ends. It goes on through every outage.
func (h *Hub) Run(ctx context.Context) {
	var parts sync.WaitGroup
	parts.Go(func() { h.follow(ctx) })
	parts.Go(func() { h.watchTokens(ctx) })
	parts.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now.live = false
	h.endAll(stopped)
}

// publish gives an event to the listeners that may see it.
func (h *Hub) publish(e event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now.last = e.sequence
	h.recent.add(e)
	for _, whose := range []string{e.client, everybody} {
		for l := range h.listeners[whose] {
			l.owe(e)
		}
	}
}

// enter makes l one of the listeners: from now on it can be disconnected.
func (h *Hub) enter(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.listeners[l.client] == nil {
		h.listeners[l.client] = map[*listener]struct{}{}
	}
	h.listeners[l.client][l] = struct{}{}
	if !h.now.live {
		l.finish(stopped)
	}
}

func (h *Hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.listeners[l.client], l)
	if len(h.listeners[l.client]) == 0 {
		delete(h.listeners, l.client)
	}
}

// endAll disconnects every listener; h.mu is held.
func (h *Hub) endAll(why ending) {
	for _, some := range h.listeners {
		for l := range some {
			l.finish(why)
		}
	}
}
