// Package password hashes passwords with bcrypt, a few at a time, and knows the common ones. It knows no user.
package password

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// MaxBytes is how much of a password bcrypt reads: it ignores the rest, and everything after a NUL.
const MaxBytes = 72

// ErrUnfit says that bcrypt would ignore a part of the password. Callers refuse such passwords earlier.
var ErrUnfit = errors.New("password is longer than 72 bytes or has a NUL in it")

// Hasher is bcrypt of one cost behind a gate. It is safe for concurrent use.
type Hasher struct {
	cost  int
	dummy []byte // the hash for unknown users, so that they take the same time as known ones
	gate  *gate
}

// New makes a hasher. The configuration decides which costs are high enough (OWASP ASVS 5, V11.4.2).
func New(cost int) (*Hasher, error) {
	begun := time.Now()
	dummy, err := bcrypt.GenerateFromPassword([]byte("the password of nobody"), cost)
	if err != nil {
		return nil, fmt.Errorf("hash at cost %d: %w", cost, err)
	}
	return &Hasher{cost: cost, dummy: dummy, gate: newGate(Slots(), time.Since(begun))}, nil
}

// Slots is how many passwords are hashed at once. If all cores hashed, everything else in the process would wait for
// tens of milliseconds (docs/adr/0016).
func Slots() int { return max(1, runtime.GOMAXPROCS(0)-1) }

// Hash makes the hash to be stored. If it would have to wait for more than 2.5 s, or this client has 2 s of work in hand, it is
// the problem `busy` at once.
func (h *Hasher) Hash(ctx context.Context, client, password string) (string, error) {
	if !fit(password) {
		return "", ErrUnfit
	}
	leave, err := h.gate.enter(ctx, client)
	if err != nil {
		return "", err
	}
	defer leave()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), h.cost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return string(hash), nil
}

// Compare tells whether the password matches the hash, and whether the hash is cheaper than those of Hash.
// The empty hash matches nothing. It, a cheaper hash and a wrong password all take the same time.
// It is `busy` in the same cases as Hash.
func (h *Hasher) Compare(ctx context.Context, client, hash, password string) (ok, stale bool, err error) {
	if !fit(password) {
		return false, false, nil
	}
	leave, err := h.gate.enter(ctx, client)
	if err != nil {
		return false, false, err
	}
	defer leave()
	if hash == "" {
		_ = bcrypt.CompareHashAndPassword(h.dummy, []byte(password))
		return false, false, nil
	}
	return h.compare([]byte(hash), []byte(password))
}

func (h *Hasher) compare(hash, password []byte) (ok, stale bool, err error) {
	cost, err := bcrypt.Cost(hash)
	if err != nil {
		return false, false, fmt.Errorf("read password hash: %w", err)
	}
	switch err := bcrypt.CompareHashAndPassword(hash, password); {
	case err == nil:
		return true, cost < h.cost, nil
	case !errors.Is(err, bcrypt.ErrMismatchedHashAndPassword):
		return false, false, fmt.Errorf("compare password: %w", err)
	}
	return false, false, h.topUp(cost, password)
}

// topUp does the work that a cheaper hash has saved: 2^cost + … + 2^(live-1) = 2^live - 2^cost. Otherwise
// a faster "wrong password" would show that the account exists.
func (h *Hasher) topUp(cost int, password []byte) error {
	for ; cost < h.cost; cost++ {
		if _, err := bcrypt.GenerateFromPassword(password, cost); err != nil {
			return fmt.Errorf("top up work: %w", err)
		}
	}
	return nil
}

func fit(password string) bool {
	return len(password) <= MaxBytes && !strings.ContainsRune(password, 0)
}
