package account

import (
	"crypto/hmac"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"time"

	"crm.example/pkg/problem"
)

// The rules of a PIN: eight digits, ten minutes, five tries, one use.
const (
	PINLifetime = 10 * time.Minute
	pinAttempts = 5
)

// PIN is a one-time secret mailed to a user who forgot the password. The PIN itself is kept nowhere.
type PIN struct {
	HMAC      []byte // nil when no PIN is out
	RequestID string // the reset request that it answers
	ExpiresAt time.Time
	Attempts  int // tries so far, taken before comparing
}

// out tells whether the PIN is within its lifetime, of which it has no more left than a lifetime.
func (p PIN) out(now time.Time) bool {
	return p.HMAC != nil && now.Before(p.ExpiresAt) && !ahead(p.ExpiresAt, now.Add(PINLifetime))
}

// RandomPIN makes eight digits, each PIN as likely as any other.
func RandomPIN() string {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		panic(err) // crypto/rand's Reader never fails
	}
	return fmt.Sprintf("%08d", n)
}

// errPIN is the same for a PIN that is wrong, used up, expired or was never sent.
func errPIN() error { return problem.New(problem.PINInvalid, "Wrong or expired PIN.") }

// wellFormed spares an account the try at what can be no PIN.
func wellFormed(pin string) bool { return len(pin) == 8 && all(pin, digit) }

// issuePIN puts out a PIN in place of any other. It reports false, and changes nothing, when perHour mails
// went to the user within the last hour; a repeat of the same request is not another mail.
func (u *User) issuePIN(mac []byte, requestID string, now time.Time, perHour int) bool {
	recent := slices.DeleteFunc(slices.Clone(u.ResetMails), func(t time.Time) bool {
		return now.Sub(t) >= time.Hour || ahead(t, now)
	})
	if u.PIN.RequestID != requestID {
		recent = append(recent, now)
	}
	if len(recent) > perHour {
		return false
	}
	u.ResetMails = recent
	u.PIN = PIN{HMAC: mac, RequestID: requestID, ExpiresAt: now.Add(PINLifetime)}
	return true
}

// takeAttempt counts a try at the PIN as failed before anybody knows whether it is right, so that
// parallel tries cannot exceed the limits.
func (u *User) takeAttempt(now time.Time) error {
	left, ok := u.PINFailures.Take(now)
	if !ok || !u.PIN.out(now) || u.PIN.Attempts >= pinAttempts {
		return errPIN()
	}
	u.PIN.Attempts++
	u.PINFailures = left
	return nil
}

// returnAttempt takes a try back that failed through no fault of the caller, if that PIN is still out.
func (u *User) returnAttempt(mac []byte) {
	if u.PIN.Attempts > 0 && hmac.Equal(u.PIN.HMAC, mac) {
		u.PIN.Attempts--
		u.PINFailures = u.PINFailures.Return()
	}
}

// resetPassword uses the PIN up and begins a new epoch. The PIN must still be the one that was compared:
// of many who send the right one, one gets past here.
func (u *User) resetPassword(mac []byte, hash string, now time.Time, eventID string) error {
	if u.PIN.HMAC == nil || !hmac.Equal(u.PIN.HMAC, mac) {
		return errPIN()
	}
	u.PasswordHash, u.PIN = hash, PIN{}
	u.PINFailures = u.PINFailures.Return()
	u.UpdatedAt = now
	u.endSessions()
	u.record(PasswordWasSet, eventID, now)
	return nil
}
