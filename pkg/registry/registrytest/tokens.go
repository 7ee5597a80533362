package registrytest

import (
	"testing"
	"time"

	"crm.example/pkg/registry"
)

func registeredCounts(t *testing.T, r Registry) {
	wantCounting(t, r, "u", map[string]bool{"a": false})
	register(t, r, token("a", "u", "s", 0, 0), token("a", "u", "s", 0, 0))
	wantCounting(t, r, "u", map[string]bool{"a": true, "b": false, "": false})
	wantCounting(t, r, "other", map[string]bool{"a": false})
}

func expiredNeverCounts(t *testing.T, r Registry) {
	old := token("old", "u", "s", 0, 0)
	old.Expires = time.Now().Add(-time.Second)
	register(t, r, old, token("new", "u", "s", 0, 0), old)
	wantCounting(t, r, "u", map[string]bool{"old": false, "new": true})
}

func tokenEnds(t *testing.T, r Registry) {
	short := token("short", "u", "s", 1, 0)
	short.Expires = time.Now().Add(50 * time.Millisecond)
	register(t, r, short, token("long", "u", "s", 0, 0))
	await(t, "the token has ended", func() (bool, error) {
		counts, err := r.Accept(t.Context(), "u", "short")
		return !counts, err
	})
	wantCounting(t, r, "u", map[string]bool{"short": false, "long": true})
}

func useIsNoted(t *testing.T, r Registry) {
	wantUsed := func(session string, generation int, want bool) {
		t.Helper()
		if got, err := r.Accepted(t.Context(), "u", session, generation); err != nil || got != want {
			t.Errorf("Accepted(%s, %d) = %t, %v, want %t", session, generation, got, err, want)
		}
	}
	register(t, r, token("a", "u", "s", 0, 0), token("b", "u", "s", 1, 0), token("c", "u", "s", 1, 0), token("d", "u", "x", 0, 0))
	wantUsed("s", 1, false)
	wantCounting(t, r, "u", map[string]bool{"c": true})
	wantUsed("s", 1, true)
	wantUsed("s", 0, false)
	wantUsed("x", 0, false)
	wantUsed("x", 1, false)
	register(t, r, token("c", "u", "s", 1, 0)) // again
	wantUsed("s", 1, true)
	if used, err := r.Accepted(t.Context(), "other", "s", 1); err != nil || used {
		t.Errorf("Accepted of another user = %t, %v", used, err)
	}
}

// mostTokens fills a user up: what every call about the user costs is in proportion to the tokens.
func mostTokens(t *testing.T, r Registry) {
	first := token("first", "u", "s", 0, 0)
	first.Expires = first.Expires.Add(-time.Minute)
	for i := range registry.MostTokens - 1 {
		register(t, r, token(name("t", i), "u", "s", 0, 0))
	}
	ended := token("ended", "u", "s", 0, 0)
	ended.Expires = time.Now().Add(-time.Minute)
	register(t, r, first, token("t-0", "u", "s", 0, 0), ended, token("other", "v", "s", 0, 0))
	wantCounting(t, r, "u", map[string]bool{"first": true, "t-0": true})
	register(t, r, token("last", "u", "s", 0, 0))
	wantCounting(t, r, "u", map[string]bool{"first": false, "last": true})
	for i := range registry.MostTokens - 1 {
		wantCounting(t, r, "u", map[string]bool{name("t", i): true})
	}
	wantCounting(t, r, "v", map[string]bool{"other": true})
}

func removeTakesOne(t *testing.T, r Registry) {
	register(t, r, token("a", "u", "s", 0, 0), token("b", "u", "s", 0, 0), token("a", "v", "s", 0, 0))
	for range 2 { // what isn't there is no error
		check(t, r.Remove(t.Context(), "u", "a"))
	}
	wantCounting(t, r, "u", map[string]bool{"a": false, "b": true})
	wantCounting(t, r, "v", map[string]bool{"a": true})
}

func revokeSession(t *testing.T, r Registry) {
	register(t, r, token("a", "u", "s", 0, 0), token("b", "u", "s", 7, 3), token("c", "u", "x", 0, 0), token("d", "v", "s", 0, 0))
	for range 2 {
		check(t, r.RevokeSession(t.Context(), "u", "s"))
	}
	wantCounting(t, r, "u", map[string]bool{"a": false, "b": false, "c": true})
	wantCounting(t, r, "v", map[string]bool{"d": true})
	if used, err := r.Accepted(t.Context(), "u", "s", 0); err != nil || used {
		t.Errorf("Accepted after the revocation = %t, %v", used, err)
	}
}

func revokeUser(t *testing.T, r Registry) {
	register(t, r, token("a", "u", "s", 0, 0), token("b", "u", "x", 0, 1), token("c", "u", "y", 0, 2), token("d", "v", "z", 0, 0))
	for range 2 {
		check(t, r.RevokeUser(t.Context(), "u", 2))
	}
	wantCounting(t, r, "u", map[string]bool{"a": false, "b": false, "c": true})
	wantCounting(t, r, "v", map[string]bool{"d": true})
}

// revokeUnderLoad revokes while others register and ask: nothing that was there before may count afterwards.
func revokeUnderLoad(t *testing.T, r Registry) {
	const n = 30
	for i := range n {
		register(t, r, token(name("old", i), "u", "s", i, 0))
	}
	inParallel(t, n, func(i int) error {
		if i%10 == 0 {
			return r.RevokeUser(t.Context(), "u", 1)
		}
		later := registry.Token{ID: name("new", i), UserID: "u", SessionID: "s2", Epoch: 1, Expires: time.Now().Add(time.Hour)}
		if err := r.Register(t.Context(), later); err != nil {
			return err
		}
		_, err := r.Accept(t.Context(), "u", name("old", i))
		return err
	})
	for i := range n {
		wantCounting(t, r, "u", map[string]bool{name("old", i): false, name("new", i): i%10 != 0})
	}
}
