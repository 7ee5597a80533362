package feed

import (
	"context"
	"time"

	"crm.example/pkg/problem"
)

// mostOfOne bounds how many listeners one user has in this process: each costs memory here and in the gateway for as long
// as it likes, so without a bound one client can take what all the others need. It is far more than devices and tabs.
const mostOfOne = 100

// count takes a place among the user's listeners until ctx ends. With none left it is `rate-limited`.
func (h *Hub) count(ctx context.Context, userID string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.crowds[userID] >= mostOfOne {
		return problem.NewLimited("You have 100 listeners already. Close some of them.", 3*time.Second)
	}
	h.crowds[userID]++
	context.AfterFunc(ctx, func() { h.discount(userID) })
	return nil
}

func (h *Hub) discount(userID string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.crowds[userID]--; h.crowds[userID] == 0 {
		delete(h.crowds, userID)
	}
}
