package registrytest

import (
	"sync/atomic"
	"testing"
	"time"
)

const hour = time.Hour

// take is how long the attempt has to wait, 0 for one that was counted.
func take(t *testing.T, r Registry, key string, limit int) time.Duration {
	t.Helper()
	wait, err := tryToTake(t, r, key, limit, hour)
	check(t, err)
	return wait
}

func tryToTake(t *testing.T, r Registry, key string, limit int, window time.Duration) (wait time.Duration, err error) {
	left, ends, err := r.Take(t.Context(), key, limit, window)
	if err == nil && (ends <= 0 || ends > window) {
		t.Errorf("the window of %s ends in %s", window, ends)
	}
	if left >= 0 {
		return 0, err
	}
	return ends, err
}

func throttleTellsWhatIsLeft(t *testing.T, r Registry) {
	want := func(want int) {
		t.Helper()
		if left, _, err := r.Take(t.Context(), "k", 3, hour); err != nil || left != want {
			t.Errorf("Take = %d, %v, want %d", left, err, want)
		}
	}
	for _, left := range []int{2, 1, 0, -1, -1} {
		want(left)
	}
	check(t, r.Return(t.Context(), "k"))
	want(0)
	want(-1)
}

func throttleLimits(t *testing.T, r Registry) {
	for i := range 3 {
		if wait := take(t, r, "k", 3); wait != 0 {
			t.Errorf("attempt %d of 3 is told to wait %s", i+1, wait)
		}
	}
	for range 2 {
		if wait := take(t, r, "k", 3); wait <= 0 || wait > hour {
			t.Errorf("the attempt above the limit waits %s, want up to %s", wait, hour)
		}
	}
	if wait := take(t, r, "other", 3); wait != 0 {
		t.Error("another key waits too")
	}
	if wait := take(t, r, "k", 4); wait != 0 {
		t.Error("the refused attempts were counted")
	}
}

func throttleReturns(t *testing.T, r Registry) {
	check(t, r.Return(t.Context(), "k")) // nothing to return, and none to the good
	take(t, r, "k", 2)
	take(t, r, "k", 2)
	check(t, r.Return(t.Context(), "k"))
	if wait := take(t, r, "k", 2); wait != 0 {
		t.Error("a returned attempt still counts")
	}
	if wait := take(t, r, "k", 2); wait == 0 {
		t.Error("more than the limit passed")
	}
	for range 5 {
		check(t, r.Return(t.Context(), "k"))
	}
	if first, second, third := take(t, r, "k", 2), take(t, r, "k", 2), take(t, r, "k", 2); first != 0 || second != 0 || third == 0 {
		t.Errorf("after returning too many: waits %s, %s, %s, want only the third", first, second, third)
	}
}

func windowEnds(t *testing.T, r Registry) {
	const short = 50 * time.Millisecond
	first, err := tryToTake(t, r, "k", 1, short)
	check(t, err)
	if first != 0 {
		t.Errorf("the first attempt waits %s", first)
	}
	await(t, "the window has ended", func() (bool, error) {
		wait, err := tryToTake(t, r, "k", 1, hour)
		if wait > short {
			t.Fatalf("a refused attempt prolonged the window to %s", wait)
		}
		return wait == 0, err
	})
	if wait := take(t, r, "k", 1); wait <= short {
		t.Errorf("the next window ends in %s, want about %s", wait, hour)
	}
}

func throttleUnderLoad(t *testing.T, r Registry) {
	const limit, attempts, callers = 5000, 1000, 8
	var passed atomic.Int64
	inParallel(t, callers, func(int) error {
		for range attempts {
			wait, err := tryToTake(t, r, "k", limit, hour)
			if err != nil {
				return err
			}
			if wait == 0 {
				passed.Add(1)
			}
		}
		return nil
	})
	if passed.Load() != limit {
		t.Errorf("%d of %d parallel attempts passed, want %d", passed.Load(), callers*attempts, limit)
	}
}
