package memory

import (
	"context"
	"maps"
	"slices"
	"time"

	"crm.example/pkg/registry"
)

// entry is a valid token, and whether it has been used.
type entry struct {
	registry.Token
	accepted bool
}

func (e *entry) counts(now time.Time) bool { return now.Before(e.Expires) }

// Register implements registry.Tokens.
func (r *Registry) Register(_ context.Context, t registry.Token) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	over := func(tokens map[string]*entry) bool {
		prune(tokens, func(e *entry) bool { return !e.counts(now) })
		return len(tokens) == 0
	}
	tokens := r.users.entries[t.UserID]
	if over(tokens) {
		tokens = make(map[string]*entry, 1)
	}
	if tokens[t.ID] == nil && t.Expires.After(now) {
		makeRoom(tokens)
		tokens[t.ID] = &entry{Token: t}
	}
	r.users.put(t.UserID, tokens, over)
	return nil
}

// makeRoom removes the token that ends first, if the user has as many as a user may have.
func makeRoom(tokens map[string]*entry) {
	if len(tokens) < registry.MostTokens {
		return
	}
	first := slices.MinFunc(slices.Collect(maps.Values(tokens)), func(a, b *entry) int { return a.Expires.Compare(b.Expires) })
	delete(tokens, first.ID)
}

// Accept implements registry.Tokens.
func (r *Registry) Accept(_ context.Context, userID, tokenID string) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.users.entries[userID][tokenID]
	if e == nil || !e.counts(time.Now()) {
		return false, nil
	}
	e.accepted = true
	return true, nil
}

// Standings implements registry.Tokens.
func (r *Registry) Standings(_ context.Context, tokens []registry.Token) []registry.Standing {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, standings := time.Now(), make([]registry.Standing, len(tokens))
	for i, t := range tokens {
		standings[i] = registry.Ended
		if e := r.users.entries[t.UserID][t.ID]; e != nil && e.counts(now) {
			standings[i] = registry.Counts
		}
	}
	return standings
}

// Accepted implements registry.Tokens.
func (r *Registry) Accepted(_ context.Context, userID, sessionID string, generation int) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	for _, e := range r.users.entries[userID] {
		if e.SessionID == sessionID && e.Generation == generation && e.accepted && e.counts(now) {
			return true, nil
		}
	}
	return false, nil
}

// Remove implements registry.Tokens.
func (r *Registry) Remove(_ context.Context, userID, tokenID string) error {
	return r.revoke(userID, func(e *entry) bool { return e.ID == tokenID })
}

// RevokeSession implements registry.Tokens.
func (r *Registry) RevokeSession(_ context.Context, userID, sessionID string) error {
	return r.revoke(userID, func(e *entry) bool { return e.SessionID == sessionID })
}

// RevokeUser implements registry.Tokens.
func (r *Registry) RevokeUser(_ context.Context, userID string, below int) error {
	return r.revoke(userID, func(e *entry) bool { return e.Epoch < below })
}

func (r *Registry) revoke(userID string, which func(*entry) bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	prune(r.users.entries[userID], which)
	return nil
}

func prune(tokens map[string]*entry, which func(*entry) bool) {
	maps.DeleteFunc(tokens, func(_ string, e *entry) bool { return which(e) })
}
