package authtest

import (
	"context"
	"sync/atomic"

	"crm.example/services/auth/internal/password"
)

// Hasher counts what bcrypt is asked for.
type Hasher struct {
	real             *password.Hasher
	hashes, compares atomic.Int64
}

// Count watches a hasher.
func Count(h *password.Hasher) *Hasher { return &Hasher{real: h} }

// Work is how often a hash was made and how often one was compared.
type Work struct{ Hashes, Compares int64 }

// Since is the work done during do.
func (h *Hasher) Since(do func()) Work {
	before := Work{h.hashes.Load(), h.compares.Load()}
	do()
	return Work{h.hashes.Load() - before.Hashes, h.compares.Load() - before.Compares}
}

// Hash implements account.Hasher.
func (h *Hasher) Hash(ctx context.Context, client, plain string) (string, error) {
	h.hashes.Add(1)
	return h.real.Hash(ctx, client, plain)
}

// Compare implements account.Hasher.
func (h *Hasher) Compare(ctx context.Context, client, hash, plain string) (ok, stale bool, err error) {
	h.compares.Add(1)
	return h.real.Compare(ctx, client, hash, plain)
}
