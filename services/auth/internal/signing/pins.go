package signing

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
)

// PINs turns PINs into HMACs for the store: from a plain hash, eight digits could be found at once.
type PINs struct{ key []byte }

// NewPINs derives the key from the secret.
func NewPINs(secret []byte) (PINs, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "crm auth: HMAC of PINs", sha256.Size)
	if err != nil {
		return PINs{}, fmt.Errorf("derive key of PINs: %w", err)
	}
	return PINs{key: key}, nil
}

// HMAC is bound to the user: the same PIN of another user gives another value.
func (p PINs) HMAC(userID, pin string) []byte {
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(userID + "\x00" + pin))
	return mac.Sum(nil)
}
