package replicas

import "sync/atomic"

// A request earns a fifth of a retry, and a hundred retries can be saved up, with which one begins: enough
// for what a dying replica leaves behind, and an outage multiplies no load by more than 1.2 once those are spent.
//
// Not counted is what http.Transport repeats by its own rule, on the same replica: when a kept connection turns out to be closed
// before the first byte of an answer, it sends a request of which nothing was written, a GET or a HEAD on another
// connection. A new connection that fails ends that, so each closed one causes at most one
// more request; they end with the replica, and are no load that grows with the outage.
const (
	earned = 1 // in fifths of a retry
	price  = 5
	most   = 100 * price
)

// budget is a token bucket of retries.
type budget struct{ fifths *atomic.Int64 }

func newBudget() budget {
	b := budget{new(atomic.Int64)}
	b.fifths.Store(most)
	return b
}

func (b budget) earn() {
	if b.fifths.Load() < most { // a few too many do no harm
		b.fifths.Add(earned)
	}
}

// spend reports whether a retry may be made.
func (b budget) spend() bool {
	if b.fifths.Add(-price) >= 0 {
		return true
	}
	b.fifths.Add(price)
	return false
}
