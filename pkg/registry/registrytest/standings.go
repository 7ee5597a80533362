package registrytest

import (
	"slices"
	"testing"
	"time"

	"crm.example/pkg/registry"
)

func standingsOfMany(t *testing.T, r Registry) {
	const n = 1_000
	var all []registry.Token
	var want []registry.Standing
	for i := range n {
		one := token(name("t", i), name("u", i%97), "s", 0, 0)
		all, want = append(all, one), append(want, registry.Ended)
		if i%3 > 0 {
			register(t, r, one)
			want[i] = registry.Counts
		}
	}
	wantStandings(t, r, all, want)
	wantStandings(t, r, nil, nil)
	check(t, r.Remove(t.Context(), all[1].UserID, all[1].ID))
	check(t, r.RevokeUser(t.Context(), name("u", 5), 1))
	for i := range n {
		if i == 1 || i%97 == 5 {
			want[i] = registry.Ended
		}
	}
	wantStandings(t, r, all, want)
}

func wantStandings(t *testing.T, r Registry, tokens []registry.Token, want []registry.Standing) {
	t.Helper()
	if got := r.Standings(t.Context(), tokens); !slices.Equal(got, want) {
		t.Errorf("standings of %d tokens are %v, want %v", len(tokens), got, want)
	}
}

func standingNotesNoUse(t *testing.T, r Registry) {
	one := token("a", "u", "s", 1, 0)
	register(t, r, one)
	wantStandings(t, r, []registry.Token{one, {ID: "a", UserID: "v"}}, []registry.Standing{registry.Counts, registry.Ended})
	if used, err := r.Accepted(t.Context(), "u", "s", 1); err != nil || used {
		t.Errorf("Accepted after Standings = %t, %v, want false", used, err)
	}
}

func standingEnds(t *testing.T, r Registry) {
	short := token("short", "u", "s", 0, 0)
	short.Expires = time.Now().Add(50 * time.Millisecond)
	register(t, r, short, token("long", "u", "s", 0, 0))
	await(t, "the token has ended", func() (bool, error) {
		return r.Standings(t.Context(), []registry.Token{short})[0] == registry.Ended, nil
	})
	wantStandings(t, r, []registry.Token{{ID: "long", UserID: "u"}}, []registry.Standing{registry.Counts})
}
