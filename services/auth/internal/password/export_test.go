package password

import "context"

// Occupy goes through the gate as every call does, and stays.
func (h *Hasher) Occupy(ctx context.Context, client string) (leave func(), err error) {
	return h.gate.enter(ctx, client)
}
