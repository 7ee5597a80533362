package account

import "time"

// PIN is a one-time secret mailed to a user who forgot the password. The PIN itself is kept nowhere.
type PIN struct {
	HMAC      []byte // nil when no PIN is out
	RequestID string // the reset request that it answers
	ExpiresAt time.Time
	Attempts  int // tries so far, taken before comparing
}

// Budget is how many failures an account may have. It is a leaky bucket, kept as the time at which it
// will be empty again (GCRA), so that no clock has to tick.
type Budget struct{ EmptyAt time.Time }
