package account

import "time"

// An account allows 100 failures at a PIN, and gets back 100 a day. Whoever guesses for a year has tried
// 37,000 of 100 million PINs. A user whose budget somebody else has used up can try again in a quarter of an hour.
const (
	budgetSize = 100
	budgetStep = 24 * time.Hour / budgetSize
)

// Budget counts failures in a leaky bucket. It keeps the time at which the bucket will be empty again (the
// generic cell rate algorithm), so it needs no timer. The zero value is empty.
type Budget struct{ EmptyAt time.Time }

// Take counts a failure. It reports false, and counts nothing, when the bucket is full. If it holds more than is possible,
// a clock was ahead when it was filled. Then it begins again, since it would be full until that time.
func (b Budget) Take(now time.Time) (Budget, bool) {
	const full = budgetSize * budgetStep
	from := b.EmptyAt
	if from.Before(now) || ahead(from, now.Add(full)) {
		from = now
	}
	next := from.Add(budgetStep)
	if next.Sub(now) > full {
		return b, false
	}
	return Budget{EmptyAt: next}, true
}

// Wait is how long until the bucket allows another failure.
func (b Budget) Wait(now time.Time) time.Duration {
	if _, bears := b.Take(now); bears {
		return 0
	}
	return b.EmptyAt.Add(-(budgetSize - 1) * budgetStep).Sub(now)
}

// Return takes a counted failure back.
func (b Budget) Return() Budget { return Budget{EmptyAt: b.EmptyAt.Add(-budgetStep)} }
