package feed

import (
	"context"
	"time"

	"crm.example/pkg/registry"
)

const (
	checkEvery = 900 * time.Millisecond // so that a listener ends within a second, the look-up included
	// unsureFor is how long a listener stays while the registry does not answer: short outages cut nobody off, and one that
	// was revoked meanwhile does not listen for long. Coming back needs the registry.
	unsureFor = 10 * time.Second
)

// watchTokens lets go of listeners whose token has expired or was revoked: one look-up for all of them.
func (h *Hub) watchTokens(ctx context.Context) {
	var all []*listener
	var tokens []registry.Token
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(checkEvery):
		}
		all, tokens = h.everyListener(all[:0], tokens[:0])
		h.judge(all, h.standings(ctx, tokens), time.Now())
		clear(all) // those that have left are nobody's
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
	ctx, cancel := context.WithTimeout(ctx, checkEvery)
	defer cancel()
	return h.tokens.Standings(ctx, tokens)
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
