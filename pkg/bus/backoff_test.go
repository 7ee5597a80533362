package bus_test

import (
	"math"
	"testing"
	"time"

	"crm.example/pkg/bus"
)

func TestBackOffDoublesUpToTheLongest(t *testing.T) {
	t.Parallel()
	const first, longest = 250 * time.Millisecond, 15 * time.Second
	for failures, whole := range map[int]time.Duration{
		-1: first, 0: first, 1: first, 2: 2 * first, 3: 4 * first, 6: 32 * first, 7: longest, 8: longest, 1000: longest, math.MaxInt: longest,
	} {
		seen := map[time.Duration]bool{}
		for range 100 {
			pause := bus.BackOff(first, longest, failures)
			if pause < whole/2 || pause > whole {
				t.Fatalf("after %d failures %s, want half to all of %s", failures, pause, whole)
			}
			seen[pause] = true
		}
		if len(seen) < 50 {
			t.Errorf("after %d failures only %d different pauses: many would come back at once", failures, len(seen))
		}
	}
}

func TestBackOffOfOddSettings(t *testing.T) {
	t.Parallel()
	for _, s := range []struct{ first, longest time.Duration }{{1, 1}, {time.Hour, time.Second}, {math.MaxInt64, math.MaxInt64}, {1, math.MaxInt64}} {
		for _, failures := range []int{1, 5, 40, 100} {
			if pause := bus.BackOff(s.first, s.longest, failures); pause < 0 || pause > s.longest {
				t.Errorf("%s to %s after %d failures: %s", s.first, s.longest, failures, pause)
			}
		}
	}
}
