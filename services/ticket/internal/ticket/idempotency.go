package ticket

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"crm.example/pkg/problem"
)

// Idempotency is the key that a client sent with a request, and a hash of the request's body.
// It is stored in the ticket or message that the request made, so that both are one write. Zero: no key was sent.
type Idempotency struct {
	Key  string
	Hash string
}

// repeats tells whether a request repeats an earlier one. The same key with another body is a
// problem idempotency-mismatch.
func (i Idempotency) repeats(earlier Idempotency) error {
	if i != earlier {
		return problem.New(problem.IdempotencyMismatch, "This Idempotency-Key was sent before with another body")
	}
	return nil
}

// keyed hashes the values of a body in their canonical form: trimmed, with defaults, nil for a
// missing one. Quotes mark where one value ends and the next begins.
func keyed(key string, values ...*string) Idempotency {
	if key == "" {
		return Idempotency{}
	}
	return Idempotency{Key: key, Hash: hashOf(values...)}
}

func hashOf(values ...*string) string {
	hash := sha256.New()
	for _, v := range values {
		if v != nil {
			fmt.Fprintf(hash, "%q", *v)
		}
		fmt.Fprintln(hash)
	}
	return hex.EncodeToString(hash.Sum(nil))
}
