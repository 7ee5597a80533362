package feed

import (
	"context"
	"time"

	"crm.example/pkg/problem"
)

// maxPerUser bounds how many listeners one user has in this process. Each costs memory here and in the gateway for as long as
// it stays, so without a bound one client could take what all the others need. It is far more than anybody's devices and tabs.
const maxPerUser = 100

// count takes a place among the user's listeners until ctx ends. With none left it is `rate-limited`.
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
