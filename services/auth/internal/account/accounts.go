package account

import (
	"context"
	"time"

	"crm.example/pkg/problem"
)

// Lifetimes of the contract.
const (
	AccessLifetime  = 15 * time.Minute
	SessionLifetime = 30 * 24 * time.Hour
)

// ClockLeeway is how much the clocks of servers may differ. A time that is further ahead was written by a wrong clock, and is
// never taken for a recent one.
const ClockLeeway = time.Minute

// ahead tells whether a stored time is in the future by more than ClockLeeway.
func ahead(written, now time.Time) bool { return written.Sub(now) > ClockLeeway }

// Accounts are the use cases. Every field but Wake, Locked and Announced must be set.
type Accounts struct {
	Store     Store
	Registry  Registry
	Throttle  Throttle
	Hasher    Hasher
	Signer    Signer
	PINs      PINs
	Mailer    Mailer
	Announced Announced // nil in a process that publishes nothing: it then finishes no erasure

	Common func(password string) bool // whether a password is among the common ones
	NewID  func() string              // UUIDv7
	NewPIN func() string              // RandomPIN, except in tests
	Now    func() time.Time
	Limits Limits

	Locked func(userID string, by Lock, lasts time.Duration) // called when a limit closes an account, must not block; nil is fine

	Wake func() // called after a reset request was stored, must not block; nil is fine
}

// Limits limit the attempts of everybody, and how often a session is refreshed. Limits per address count requests; those of
// login count failures.
type Limits struct {
	LoginPerAccount  int
	LoginPerAddress  int
	LoginWindow      time.Duration
	SignUpPerAddress int
	ResetPerAddress  int // for asking for a PIN, and again for using one
	AddressWindow    time.Duration
	MailsPerHour     int // reset mails to one account

	RefreshPerSession int // within AccessLifetime, in which a client needs one refresh
}

// DefaultLimits are those of the contract.
func DefaultLimits() Limits {
	return Limits{
		LoginPerAccount: 10, LoginPerAddress: 100, LoginWindow: 15 * time.Minute,
		SignUpPerAddress: 300, ResetPerAddress: 60, AddressWindow: time.Hour,
		MailsPerHour: 5, RefreshPerSession: 300,
	}
}

// now is the time with the precision of the stores: UTC, milliseconds.
func (a *Accounts) now() time.Time { return a.Now().UTC().Truncate(time.Millisecond) }

// take counts an attempt under a key, or refuses it until the window ends. left is how many more the window allows.
func (a *Accounts) take(ctx context.Context, key string, limit int, window time.Duration) (left int, ends time.Duration, err error) {
	left, ends, err = a.Throttle.Take(ctx, key, limit, window)
	if err == nil && left < 0 {
		err = problem.NewLimited("Too many attempts. Try again later.", ends)
	}
	return left, ends, err
}

// admit counts a request under a key, or refuses it until the window ends.
func (a *Accounts) admit(ctx context.Context, key string, limit int, window time.Duration) error {
	_, _, err := a.take(ctx, key, limit, window)
	return err
}
