package signing

import (
	"context"
	"crypto/ed25519"
	"time"

	"crm.example/pkg/authn"
)

// JWKS is what other services verify access JWTs with (RFC 7517), and for how long it may be kept.
func (r *Ring) JWKS() (set authn.JWKS, maxAge time.Duration) {
	for _, k := range r.keys.Load().published(r.Now()) {
		set.Keys = append(set.Keys, authn.NewJWK(k.kid, k.public()))
	}
	return set, r.Propagation / 5
}

// Key finds the public key that a token names, for this service's own verifier: keys with refresh JWTs out
// are among them. A kid that it does not know makes it look into the store, once per cooldown.
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

func (r *Ring) reloadForStranger(ctx context.Context) error {
	r.reloading.Lock()
	defer r.reloading.Unlock()
	now := time.Now()
	if now.Sub(r.reloaded) < reloadCooldown {
		return nil
	}
	r.reloaded = now
	return r.Reload(ctx)
}
