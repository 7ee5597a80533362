package account

import "time"

// An account bears 100 failures at a PIN, and gets back 100 a day: whoever guesses for a year has tried
// 37,000 of 100 million PINs, and a victim whose budget a stranger has used up has a try again in a quarter of an hour.
const (
	budgetSize = 100
	budgetStep = 24 * time.Hour / budgetSize
)

// Budget counts failures in a leaky bucket. It keeps the time at which the bucket will be empty again (the
// generic cell rate algorithm), so that no clock has to tick; the zero value is an empty one.
type Budget struct{ EmptyAt time.Time }

// Take counts a failure. It reports false, and counts nothing, when the bucket is full. One that holds more than it can was
// filled while a clock was ahead, and begins anew: else it would be full until that time has come.
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

// Wait is how long the bucket bears no failure more.
func (b Budget) Wait(now time.Time) time.Duration {
	if _, bears := b.Take(now); bears {
		return 0
	}
	return b.EmptyAt.Add(-(budgetSize - 1) * budgetStep).Sub(now)
}

// Return takes a counted failure back.
func (b Budget) Return() Budget { return Budget{EmptyAt: b.EmptyAt.Add(-budgetStep)} }
