package feed

import (
	"context"
	"time"

	"crm.example/pkg/registry"
)

const (
	// A listener ends within a second: a look-up begins every 800 ms, however long the one before took. It takes 100 ms for
	// 5,000 listeners, and is given up before the next one.
	checkEvery    = 800 * time.Millisecond
	checkPatience = 700 * time.Millisecond
	// unsureFor is how long a listener stays while the registry does not answer: short outages disconnect nobody, and a
	// listener whose token was revoked meanwhile is disconnected soon. Coming back needs the registry.
	unsureFor = 10 * time.Second
)

// watchTokens disconnects listeners whose token has expired or was revoked: one look-up for all of them.
func (h *Hub) watchTokens(ctx context.Context) {
	var all []*listener
	var tokens []registry.Token
	check := time.NewTicker(checkEvery)
	defer check.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-check.C:
		}
		all, tokens = h.everyListener(all[:0], tokens[:0])
		h.expire(all, time.Now())
		h.judge(all, h.standings(ctx, tokens), time.Now())
		clear(all) // to free those that have left
	}
}

func (h *Hub) everyListener(all []*listener, tokens []registry.Token) ([]*listener, []registry.Token) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, some := range h.listeners {
		for l := range some {
			all, tokens = append(all, l), append(tokens, l.token)
		}
	}
	return all, tokens
}

func (h *Hub) standings(ctx context.Context, tokens []registry.Token) []registry.Standing {
	ctx, cancel := context.WithTimeout(ctx, checkPatience)
	defer cancel()
	return h.tokens.Standings(ctx, tokens)
}

// expire disconnects those whose token has expired. It needs no registry.
func (h *Hub) expire(all []*listener, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range all {
		if !now.Before(l.token.Expires) {
			l.finish(expired)
		}
	}
}

func (h *Hub) judge(all []*listener, standings []registry.Standing, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, l := range all {
		switch standing := standings[i]; {
		case !now.Before(l.token.Expires):
			l.finish(expired)
		case standing == registry.Ended:
			l.finish(revoked)
		case standing == registry.Counts:
			l.sure = now
		case now.Sub(l.sure) > unsureFor:
			l.finish(unsure)
		}
	}
}
