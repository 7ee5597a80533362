package replicas

import "sync/atomic"

// A request earns a fifth of a retry. At most a hundred retries are saved, and the budget begins with so many: enough
// for the requests of a replica that dies. When they are spent, retries multiply the load by at most 1.2.
//
// The repeats of http.Transport to the same replica are not counted. When an idle connection turns out to be closed before the
// first byte of an answer, it sends a GET, a HEAD, or a request of which nothing was written, on another
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
	if b.fifths.Load() < most { // a few above the limit do no harm
		b.fifths.Add(earned)
	}
}

// spend tells whether a retry is allowed.
func (b budget) spend() bool {
	if b.fifths.Add(-price) >= 0 {
		return true
	}
	b.fifths.Add(price)
	return false
}
