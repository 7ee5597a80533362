package load_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/deploy/bench/internal/load"
)

func TestStallIsPaidForByAllThatWereDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		stall := func(context.Context) error { // a server that answers nothing in the first second, then at once
			time.Sleep(time.Until(start.Add(time.Second)))
			return nil
		}
		r := load.Run(t.Context(), load.Plan{Operation: load.Operation{Do: stall}, Rate: 100, Length: 2 * time.Second, Seed: 1})
		if r.Sent < 150 || r.Sent > 250 {
			t.Errorf("%d requests in 2 s at 100 a second", r.Sent)
		}
		if p := r.Percentile(75); p < 400*time.Millisecond || p > 600*time.Millisecond {
			t.Errorf("p75 = %s; half of the requests were due in the stalled second, so it must be about 500 ms", p)
		}
		if p := r.Percentile(25); p != 0 {
			t.Errorf("p25 = %s, want 0 of the half that came later", p)
		}
	})
}

func TestFailuresAreCountedApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		send := func(context.Context) error {
			time.Sleep(time.Second)
			if n.Add(1)%2 == 0 {
				time.Sleep(time.Second)
				return errors.New("503")
			}
			return nil
		}
		r := load.Run(t.Context(), load.Plan{Operation: load.Operation{Do: send}, Connections: 2, Length: 3 * time.Second})
		failed, why := r.Failed()
		if r.Sent != 5 || failed != 2 || why.Error() != "503" || r.Percentile(100) != time.Second {
			t.Errorf("%d sent by two connections, %d failed: %s; slowest success %s", r.Sent, failed, why, r.Percentile(100))
		}
	})
}
