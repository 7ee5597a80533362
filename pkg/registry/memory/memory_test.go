package memory_test

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/pkg/registry"
	"crm.example/pkg/registry/memory"
	"crm.example/pkg/registry/registrytest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	registrytest.Run(t, func(*testing.T) registrytest.Registry { return memory.New() })
}

func TestLifeIsExact(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := memory.New()
		accept := func() bool {
			ok, _ := r.Accept(t.Context(), "u", "a")
			return ok
		}
		take := func() time.Duration {
			left, ends, _ := r.Take(t.Context(), "k", 1, time.Minute)
			if left >= 0 {
				return 0
			}
			return ends
		}
		_ = r.Register(t.Context(), registry.Token{ID: "a", UserID: "u", Expires: time.Now().Add(time.Minute)})
		take()
		time.Sleep(time.Minute - 1)
		if wait := take(); !accept() || wait != 1 {
			t.Errorf("one nanosecond before: counts %t, wait %d", accept(), wait)
		}
		time.Sleep(time.Nanosecond)
		if wait := take(); accept() || wait != 0 {
			t.Errorf("at the end: counts %t, wait %d", accept(), wait)
		}
	})
}

// A window that would end days later than it can was begun before the clock was set back.
func TestWindowOfAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	r := memory.New()
	take := func(window time.Duration, want int) {
		t.Helper()
		if left, ends, _ := r.Take(t.Context(), "k", 2, window); left != want || ends > window {
			t.Errorf("Take = %d, %s, want %d", left, ends, want)
		}
	}
	for _, want := range []int{1, 0, -1} {
		take(5*24*time.Hour, want)
	}
	for _, want := range []int{1, 0, -1} {
		take(time.Hour, want)
	}
}

// Users and addresses that never come back must not stay for good.
func TestWhatHasEndedIsSweptOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := memory.New()
		const perDay, days = 5_000, 10
		for i := range perDay * days {
			id := strconv.Itoa(i)
			_ = r.Register(t.Context(), registry.Token{ID: id, UserID: id, Expires: time.Now().Add(time.Hour)})
			_, _, _ = r.Take(t.Context(), id, 1, time.Hour)
			time.Sleep(24 * time.Hour / perDay)
		}
		if tokens, windows := r.Size(); tokens > memory.Most || windows > memory.Most {
			t.Errorf("%d tokens and %d windows are held, want at most %d", tokens, windows, memory.Most)
		}
	})
}

// One user's tokens are pruned whenever the user gets another.
func TestUserHoldsNoEndedToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := memory.New()
		for i := range 1_000 {
			_ = r.Register(t.Context(), registry.Token{ID: strconv.Itoa(i), UserID: "u", Expires: time.Now().Add(15 * time.Minute)})
			time.Sleep(time.Minute)
		}
		if tokens, _ := r.Size(); tokens != 15 {
			t.Errorf("%d tokens are held, want the 15 that count", tokens)
		}
	})
}

func BenchmarkAccept(b *testing.B) {
	const users = 10_000
	r := memory.New()
	for i := range users {
		_ = r.Register(b.Context(), registry.Token{ID: "t", UserID: strconv.Itoa(i), Expires: time.Now().Add(time.Hour)})
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			_, _ = r.Accept(b.Context(), strconv.Itoa(i%users), "t")
		}
	})
}
