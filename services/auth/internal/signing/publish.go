package signing

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"time"

	"crm.example/pkg/authn"
	"crm.example/pkg/problem"
)

// JWKS returns the keys with which other services verify access JWTs (RFC 7517), and how long they may be kept.
func (r *Ring) JWKS() (set authn.JWKS, maxAge time.Duration) {
	for _, k := range r.keys.Load().published(r.Now()) {
		set.Keys = append(set.Keys, authn.NewJWK(k.kid, k.public()))
	}
	return set, r.Propagation / 5
}

// Key finds the public key that a token names, for this service's own verifier. It has more keys than JWKS: also those
// that signed refresh JWTs which have not expired. For an unknown kid it reads the store, once per
// cooldown. If that fails, it returns the problem unavailable.
func (r *Ring) Key(ctx context.Context, kid string) (ed25519.PublicKey, error) {
	if public := r.find(kid); public != nil {
		return public, nil
	}
	if err := r.reloadForStranger(ctx); err != nil {
		return nil, err
	}
	if public := r.find(kid); public != nil {
		return public, nil
	}
	return nil, authn.ErrUnknownKey
}

func (r *Ring) find(kid string) ed25519.PublicKey {
	for _, k := range r.keys.Load().keys {
		if k.kid == kid {
			return k.public()
		}
	}
	return nil
}

// reloadForStranger waits until the store is read. Reading goes on even if the caller that began it leaves.
func (r *Ring) reloadForStranger(ctx context.Context) error {
	select {
	case looked := <-r.flight.DoChan("", func() (any, error) { return nil, r.look(context.WithoutCancel(ctx)) }):
		return looked.Err
	case <-ctx.Done():
		return problem.NewUnavailable(fmt.Errorf("await signing keys: %w", ctx.Err()))
	}
}

// look reads the keys unless that was tried a moment ago, and returns the error of the last try: after a failure
// nobody knows whether a key exists. Only one look is under way at a time.
func (r *Ring) look(ctx context.Context) error {
	if time.Since(r.tried) < reloadCooldown {
		return r.failure
	}
	ctx, cancel := context.WithTimeout(ctx, reloadTimeout)
	defer cancel()
	r.failure = nil
	if err := r.Reload(ctx); err != nil {
		r.failure = problem.NewUnavailable(err)
	}
	r.tried = time.Now()
	return r.failure
}
