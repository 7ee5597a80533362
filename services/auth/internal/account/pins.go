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

// PIN is a one-time secret that is mailed to a user who forgot the password. The PIN itself is not stored.
type PIN struct {
	HMAC      []byte // nil if there is no PIN
	RequestID string // the reset request that it answers
	ExpiresAt time.Time
	Attempts  int // tries so far, taken before comparing
}

// out tells whether the PIN has not expired. A PIN that is valid for longer than a lifetime comes from a wrong clock and is not out.
func (p PIN) out(now time.Time) bool {
	return p.HMAC != nil && now.Before(p.ExpiresAt) && !ahead(p.ExpiresAt, now.Add(PINLifetime))
}

// RandomPIN makes eight random digits; all PINs are equally likely.
func RandomPIN() string {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		panic(err) // crypto/rand's Reader never fails
	}
	return fmt.Sprintf("%08d", n)
}

// errPIN is the same for a PIN that is wrong, used up, expired or was never sent.
func errPIN() error { return problem.New(problem.PINInvalid, "Wrong or expired PIN.") }

// wellFormed tells whether it can be a PIN. If not, it does not count as a try.
func wellFormed(pin string) bool { return len(pin) == 8 && all(pin, digit) }

// issuePIN sets a PIN, which replaces any other. It returns false, and changes nothing, if perHour mails
// went to the user within the last hour. A repeat of the same request does not count as another mail.
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

// returnAttempt takes a try back that failed without the caller's fault, if that PIN is still valid.
func (u *User) returnAttempt(mac []byte) {
	if u.PIN.Attempts > 0 && hmac.Equal(u.PIN.HMAC, mac) {
		u.PIN.Attempts--
		u.PINFailures = u.PINFailures.Return()
	}
}

// resetPassword uses the PIN up and begins a new epoch. The PIN must still be the one that was compared:
// if several requests have the right PIN, only one succeeds.
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
