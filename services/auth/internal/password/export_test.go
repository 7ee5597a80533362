package password

import (
	"context"
	"time"
)

// Occupy goes through the gate as every call does, and stays.
func (h *Hasher) Occupy(ctx context.Context, client string) (leave func(), err error) {
	return h.gate.enter(ctx, client)
}

// Pace is how long a call takes, as if it had been measured. Time stands still while a test in a bubble hashes.
func (h *Hasher) Pace(d time.Duration) { h.gate.pace = d }
