//go:build chaos

package restart_test

import "sync"

// ledger is what the client knows by itself: how many changes it asked for, and how many of them were acknowledged. A new
// ticket is known by its subject, which no other has, and replies by the ticket that they went to.
type ledger struct {
	mu                  sync.Mutex
	asked, acknowledged map[string]int
}

func newLedger() *ledger {
	return &ledger{asked: map[string]int{}, acknowledged: map[string]int{}}
}

func (l *ledger) ask(change string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked[change]++
}

func (l *ledger) acknowledge(change string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acknowledged[change]++
}

// audit is how the ledger and what is there differ.
type audit struct{ acknowledged, lost, doubled int }

// compare takes how often each change was found: no less often than it was acknowledged, and no more often than it was asked for.
func (l *ledger) compare(found map[string]int) (a audit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for change, times := range l.acknowledged {
		a.acknowledged += times
		a.lost += max(0, times-found[change])
	}
	for change, times := range found {
		a.doubled += max(0, times-l.asked[change])
	}
	return a
}
