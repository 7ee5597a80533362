package signing

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"crm.example/services/auth/internal/account"
)

// key is a signing key. Its kid is the thumbprint of the public key (RFC 7638, RFC 8037 appendix A.3), so
// two keys never have the same kid, even after the store was emptied.
type key struct {
	kid       string
	storeID   string
	createdAt time.Time
	private   ed25519.PrivateKey
}

func (k key) public() ed25519.PublicKey { return k.private.Public().(ed25519.PublicKey) }

func thumbprint(public ed25519.PublicKey) string {
	x := base64.RawURLEncoding.EncodeToString(public)
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + x + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// ErrWrongSecret says that a key in the store was encrypted with another secret, or was changed by somebody.
var ErrWrongSecret = errors.New("the signing key does not open with this secret")

// newWrap makes the cipher for the keys: AES-256-GCM with a key that HKDF (RFC 5869) derives from the secret.
func newWrap(secret []byte) (cipher.AEAD, error) {
	kek, err := hkdf.Key(sha256.New, secret, nil, "crm auth: wrap signing keys", 32)
	if err != nil {
		return nil, fmt.Errorf("derive wrapping key: %w", err)
	}
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, fmt.Errorf("derive wrapping key: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// newKey makes a key and encrypts it together with its id, so that nobody can exchange two keys in the store.
func newKey(wrap cipher.AEAD, id string, now time.Time) (account.Key, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return account.Key{}, fmt.Errorf("make signing key: %w", err)
	}
	return account.Key{
		ID: id, CreatedAt: now.UTC().Truncate(time.Millisecond),
		Data: wrap.Seal(nil, nil, private.Seed(), []byte(id)),
	}, nil
}

func unwrap(wrap cipher.AEAD, stored account.Key) (key, error) {
	seed, err := wrap.Open(nil, nil, stored.Data, []byte(stored.ID))
	if err != nil || len(seed) != ed25519.SeedSize {
		return key{}, fmt.Errorf("unwrap signing key %s: %w", stored.ID, ErrWrongSecret)
	}
	private := ed25519.NewKeyFromSeed(seed)
	return key{
		kid: thumbprint(private.Public().(ed25519.PublicKey)), storeID: stored.ID,
		createdAt: stored.CreatedAt, private: private,
	}, nil
}
