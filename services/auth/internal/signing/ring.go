// Package signing holds the service's private keys and signs JWTs with them (RFC 7519, RFC 8037). The
// store sees its keys only encrypted. It knows no session: others decide which tokens to make, and whether
// one is still valid.
package signing

import (
	"context"
	"crypto/cipher"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"crm.example/services/auth/internal/account"
)

// Options of a ring; all must be set.
type Options struct {
	Keys     account.Keys
	Secret   []byte // 32 bytes; wraps the keys
	Issuer   string
	Audience string
	// Propagation is how long a new key is published before it signs. It must be longer than a verifier
	// may keep the keys, and much longer than the time between two calls of Reload.
	Propagation time.Duration
	NewID       func() string
	Now         func() time.Time
}

// Ring has the keys as this process last read them. Replicas that share a store share the keys, and change
// to a new one at the same moment by their clocks. It is safe for concurrent use.
type Ring struct {
	Options
	wrap cipher.AEAD
	keys atomic.Pointer[timetable]

	flight  singleflight.Group // guards tried and failure
	tried   time.Time          // of the last look for an unknown key
	failure error              // of that look
}

// firstID is the same in all replicas, so that only one of them makes the first key in an empty store.
const firstID = "ed25519-first"

// reloadCooldown is the shortest time between two looks into the store because of tokens with unknown keys.
const reloadCooldown = time.Second

// reloadTimeout is the limit for such a look.
const reloadTimeout = 2 * time.Second

// Open loads the keys, and makes the first one in an empty store. If the keys were encrypted with another
// secret, the error says so.
func Open(ctx context.Context, o Options) (*Ring, error) {
	wrap, err := newWrap(o.Secret)
	if err != nil {
		return nil, err
	}
	r := &Ring{Options: o, wrap: wrap}
	if err := r.Reload(ctx); err != nil {
		return nil, err
	}
	if len(r.keys.Load().keys) > 0 {
		return r, nil
	}
	if err := r.add(ctx, firstID); err != nil {
		return nil, err
	}
	return r, r.Reload(ctx)
}

// Reload reads the keys again. Call it from time to time, since other processes rotate too. After an error the known keys stay.
func (r *Ring) Reload(ctx context.Context) error {
	stored, err := r.Keys.Keys(ctx)
	if err != nil {
		return fmt.Errorf("list signing keys: %w", err)
	}
	table := timetable{propagation: r.Propagation}
	for _, s := range stored {
		k, err := unwrap(r.wrap, s)
		if err != nil {
			return err
		}
		table.keys = append(table.keys, k)
	}
	r.keys.Store(&table)
	return nil
}

// Rotate adds a key, which signs as soon as every verifier can know it. The one before signs until then,
// and stays valid until the last token that it signed has expired.
func (r *Ring) Rotate(ctx context.Context) error {
	if err := r.add(ctx, "ed25519-"+r.NewID()); err != nil {
		return err
	}
	return r.Reload(ctx)
}

func (r *Ring) add(ctx context.Context, id string) error {
	k, err := newKey(r.wrap, id, r.Now())
	if err != nil {
		return err
	}
	if err := r.Keys.AddKey(ctx, k); err != nil {
		return fmt.Errorf("store signing key: %w", err)
	}
	return nil
}

// RemoveExpired removes the keys whose last token has expired.
func (r *Ring) RemoveExpired(ctx context.Context) error {
	for _, k := range r.keys.Load().expired(r.Now()) {
		if err := r.Keys.RemoveKey(ctx, k.storeID); err != nil {
			return fmt.Errorf("remove signing key: %w", err)
		}
	}
	return r.Reload(ctx)
}
