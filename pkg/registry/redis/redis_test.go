package redis_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"crm.example/pkg/finding"
	"crm.example/pkg/registry"
	"crm.example/pkg/registry/memory"
	"crm.example/pkg/registry/redis"
	"crm.example/pkg/registry/registrytest"
	"crm.example/pkg/testenv"
)

// patient is for tests that are not about time, on machines that have other things to do.
var patient = redis.Options{Timeout: 20 * time.Second}

func open(t testing.TB, url string, o redis.Options) *redis.Registry {
	t.Helper()
	r, err := redis.Open(url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func token(id, user string) registry.Token {
	return registry.Token{ID: id, UserID: user, SessionID: "s", Expires: time.Now().Add(time.Hour)}
}

func wantAccept(t testing.TB, r *redis.Registry, user, id string, want bool) {
	t.Helper()
	if got, err := r.Accept(t.Context(), user, id); err != nil || got != want {
		t.Errorf("Accept(%s, %s) = %t, %v, want %t", user, id, got, err, want)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	registrytest.Run(t, func(t *testing.T) registrytest.Registry { return open(t, testenv.Redis(t), patient) })
}

// TestAnswersLikeMemory plays one random history on both registries.
func TestAnswersLikeMemory(t *testing.T) {
	t.Parallel()
	one, other := registrytest.Registry(open(t, testenv.Redis(t), patient)), registrytest.Registry(memory.New())
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	pick := func(names ...string) string { return names[random.IntN(len(names))] }
	for i := range 5_000 {
		user, id, session := pick("u", "v"), pick("a", "b", "c", "d", "e"), pick("s", "t u", "")
		number, step := random.IntN(3)-1, random.IntN(20)
		ends := time.Now().Add(time.Duration(random.IntN(4)-1) * time.Hour)
		do := func(r registrytest.Registry) (any, error) {
			switch step {
			case 0:
				return nil, r.Remove(t.Context(), user, id)
			case 1:
				return nil, r.RevokeSession(t.Context(), user, session)
			case 2:
				return nil, r.RevokeUser(t.Context(), user, number)
			case 3:
				return nil, r.Return(t.Context(), user)
			case 4, 5:
				left, _, err := r.Take(t.Context(), user, number+2, time.Hour)
				return left, err
			case 6, 7, 8, 9:
				return r.Accepted(t.Context(), user, session, number)
			case 10, 11, 12, 13, 14:
				return r.Accept(t.Context(), user, id)
			}
			return nil, r.Register(t.Context(), registry.Token{ID: id, UserID: user, SessionID: session, Generation: number, Epoch: number, Expires: ends})
		}
		got, err := do(one)
		check(t, err)
		if want, _ := do(other); got != want {
			finding.Fatalf(t, "seed %d, operation %d (%d on %s %s %q %d) = %v, want %v", seed, i, step, user, id, session, number, got, want)
		}
	}
}

// TestUserHoldsNoEndedToken looks at the hash itself: what has ended goes when the user gets another token, and the
// key goes with its last one.
func TestUserHoldsNoEndedToken(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	r, raw := open(t, server.URL, patient), client(t, server.URL)
	const key = "at:{u}"
	short, long := token("short", "u"), token("long", "u")
	short.SessionID, short.Expires = "used", time.Now().Add(50*time.Millisecond)
	check(t, r.Register(t.Context(), long))
	check(t, r.Register(t.Context(), short))
	await(t, "the short token has ended", func() bool {
		counts, err := r.Accept(t.Context(), "u", "short")
		check(t, err)
		return !counts
	})
	if used, err := r.Accepted(t.Context(), "u", "used", 0); used || err != nil {
		t.Errorf("Accepted = %t, %v, of a token that has ended", used, err)
	}
	check(t, r.Register(t.Context(), token("other", "u")))
	if fields := raw.HKeys(t.Context(), key).Val(); len(fields) != 3 { // with @run
		t.Errorf("the hash holds %q", fields)
	}
	if left := raw.PTTL(t.Context(), key).Val(); left <= 59*time.Minute || left > time.Hour {
		t.Errorf("the key ends in %s, want an hour", left)
	}
	gone := token("gone", "w")
	gone.Expires = time.Now().Add(-time.Minute)
	check(t, r.Register(t.Context(), gone))
	if n := raw.Exists(t.Context(), "at:{w}").Val(); n != 0 {
		t.Error("a token that had ended left a key")
	}
}

// TestWindowBeginsWithTheFirstAttempt: later ones, and ones given back, leave its end alone.
func TestWindowBeginsWithTheFirstAttempt(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	r, raw := open(t, server.URL, patient), client(t, server.URL)
	for range 3 {
		_, _, err := r.Take(t.Context(), "k", 9, time.Hour)
		check(t, err)
		check(t, r.Return(t.Context(), "k"))
		_, _, err = r.Take(t.Context(), "k", 9, 2*time.Hour)
		check(t, err)
		if left := raw.PTTL(t.Context(), "th:{k}").Val(); left <= 59*time.Minute || left > time.Hour {
			t.Errorf("the window ends in %s, want an hour", left)
		}
	}
}

// TestWindowOfAClockThatWasAhead lets a window end days later than it can, as one does that was begun before the server's clock
// was set back.
func TestWindowOfAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	r, raw := open(t, server.URL, patient), client(t, server.URL)
	take := func(want int) {
		t.Helper()
		if left, ends, err := r.Take(t.Context(), "k", 2, time.Hour); err != nil || left != want || ends <= 59*time.Minute || ends > time.Hour {
			t.Errorf("Take = %d, %s, %v, want %d and about an hour", left, ends, err, want)
		}
	}
	for _, set := range []func() error{
		func() error { return raw.PExpire(t.Context(), "th:{k}", 5*24*time.Hour).Err() },
		func() error { return raw.PExpire(t.Context(), "th:{k}", time.Hour+time.Minute).Err() },
		func() error { return raw.Persist(t.Context(), "th:{k}").Err() },
	} {
		for _, want := range []int{1, 0, -1} {
			take(want)
		}
		check(t, set())
	}
	take(1)
}

func await(t testing.TB, what string, ask func() bool) {
	t.Helper()
	for begun := time.Now(); !ask(); time.Sleep(2 * time.Millisecond) {
		if time.Since(begun) > 30*time.Second {
			t.Fatalf("%s: still not", what)
		}
	}
}
