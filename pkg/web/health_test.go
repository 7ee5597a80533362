package web_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/pkg/web"
)

// However many ask, the engines are asked once in a while and by one at a time; what has changed shows within it.
func TestReadinessIsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		var away atomic.Bool
		down := errors.New("Redis does not answer")
		ready := web.Kept(func(context.Context) error {
			calls.Add(1)
			time.Sleep(100 * time.Millisecond)
			if away.Load() {
				return down
			}
			return nil
		})
		want := func(what string, n int32, err error) {
			t.Helper()
			var asking sync.WaitGroup
			for range 50 {
				asking.Go(func() {
					if got := ready(t.Context()); !errors.Is(got, err) {
						t.Errorf("%s: got %v, want %v", what, got, err)
					}
				})
			}
			asking.Wait()
			if got := calls.Load(); got != n {
				t.Errorf("%s: %d calls, want %d", what, got, n)
			}
		}
		want("at first", 1, nil)
		away.Store(true)
		want("a moment later", 1, nil)
		time.Sleep(150 * time.Millisecond)
		want("250 ms after the call", 2, down)
	})
}

// Whoever began the call may leave: it serves the others, and an engine that hangs holds it up for no more than its time.
func TestReadinessGoesOnWithoutWhoAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ready := web.Kept(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		leaver, leave := context.WithCancel(t.Context())
		left, stayed := make(chan error, 1), make(chan error, 1)
		begun := time.Now()
		go func() { left <- ready(leaver) }()
		synctest.Wait()
		go func() { stayed <- ready(t.Context()) }()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) || time.Since(begun) > 0 {
			t.Errorf("who left: %v after %s", err, time.Since(begun))
		}
		if err := <-stayed; !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != 2*time.Second {
			t.Errorf("who stayed: %v after %s", err, time.Since(begun))
		}
	})
}
