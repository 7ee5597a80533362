package account_test

import (
	"fmt"
	"testing"
)

// Each fault is one step of the design left out or done in the wrong order, put between the use cases and
// their ports. The checker must find every one; a model that finds nothing proves nothing.
var faults = []struct {
	name  string
	seed  uint64 // one that finds it soon
	plant func(ports) ports
}{
	{"register after the compare-and-set", 37, func(p ports) ports { return &registerLate{ports: p} }},
	{"register after everything", 2, func(p ports) ports { return &registerLast{ports: p} }},
	{"no second revocation", 30, func(p ports) ports { return &revokeOnce{ports: p} }},
	{"no epoch read again", 2, func(p ports) ports { return &readOnce{ports: p} }},
	{"no revocation by the sweep", 54, func(p ports) ports { return &idleSweep{ports: p} }},
	{"end without the mark", 75, func(p ports) ports { return unmarked{p} }},
	{"mark cleared before the revocation", 3, func(p ports) ports { return clearEarly{p} }},
	{"compare without the end", 14, func(p ports) ports { return blindToEnd{p} }},
	{"compare without the generation", 27, func(p ports) ports { return &blindToGeneration{ports: p} }},
	{"reuse ends nothing, as if rolled back", 34, func(p ports) ports { return &rolledBack{ports: p} }},
	{"epoch not compared at refresh", 1, func(p ports) ports { return &epochless{ports: p} }},
	{"role or password without a new epoch", 2, func(p ports) ports { return sameEpoch{p} }},
	{"use of the successor not asked for", 5, func(p ports) ports { return neverAccepted{p} }},
	{"successor always taken as used", 10, func(p ports) ports { return alwaysAccepted{p} }},
	{"PIN not used up", 26, func(p ports) ports { return pinKept{p} }},
	{"new hash without comparing the old", 32, func(p ports) ports { return &blindHash{ports: p} }},
	{"deleted users overlooked by the sweep", 20, func(p ports) ports { return blindSweep{p} }},
	{"tombstone's mark cleared before the revocation", 4, func(p ports) ports { return clearedEarly{p} }},
	{"deletion without the mark", 4, func(p ports) ports { return unmarkedTombstone{p} }},
}

func TestModelFindsPlantedFaults(t *testing.T) {
	if raceDetector {
		t.Skip("one thing after the other, eight times as long under the race detector")
	}
	t.Parallel()
	store := openStore(t)
	for i, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			for history := range uint64(3000) {
				w := newWorld(store, fmt.Sprintf("f%dh", i), fault.seed, history, fault.plant)
				if w.play(); w.violation != "" {
					t.Logf("found in history %d: %s", history, w.violation)
					return
				}
			}
			t.Error("3,000 histories did not find it")
		})
	}
}
