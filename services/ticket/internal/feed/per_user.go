package feed

import (
	"context"
	"time"

	"crm.example/pkg/problem"
)

// maxPerUser is how many listeners one user may have in this process. Each takes memory here and in the gateway while
// it stays, so without a limit one client could take the memory of all others. Nobody has so many devices and tabs.
const maxPerUser = 100

// count counts a listener of the user until ctx ends. Above the limit it is `rate-limited`.
func (h *Hub) count(ctx context.Context, userID string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.perUser[userID] >= maxPerUser {
		return problem.NewLimited("You have 100 listeners already. Close some of them.", 3*time.Second)
	}
	h.perUser[userID]++
	context.AfterFunc(ctx, func() { h.discount(userID) })
	return nil
}

func (h *Hub) discount(userID string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.perUser[userID]--; h.perUser[userID] == 0 {
		delete(h.perUser, userID)
	}
}
