package feed_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/registry"
	"crm.example/pkg/registry/memory"
	"crm.example/services/ticket/internal/feed"
	"crm.example/services/ticket/internal/ticket"
)

// flaky is a registry that can be away.
type flaky struct {
	*memory.Registry
	away atomic.Bool
}

func (f *flaky) Standings(ctx context.Context, tokens []registry.Token) []registry.Standing {
	if f.away.Load() {
		return make([]registry.Standing, len(tokens))
	}
	return f.Registry.Standings(ctx, tokens)
}

// Listeners end within a second with their token. While the registry is away nobody is cut off at once, and nobody
// listens for long.
func TestListenersEndWithTheirToken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do          func(*flaky)
		says        string
		after, most time.Duration
	}{
		"it expires":                         {func(*flaky) {}, "token-expired", time.Hour - time.Second, time.Hour + time.Second},
		"it is revoked":                      {func(f *flaky) { _ = f.RevokeUser(t.Context(), "client", 1) }, "token-revoked", 0, time.Second},
		"the registry is away":               {func(f *flaky) { f.away.Store(true) }, "not known", 10 * time.Second, 12 * time.Second},
		"the registry is away for a moment":  {func(f *flaky) { f.away.Store(true); time.AfterFunc(9*time.Second, func() { f.away.Store(false) }) }, "token-expired", time.Hour - time.Second, time.Hour + time.Second},
		"it is revoked while that goes away": {func(f *flaky) { f.away.Store(true); _ = f.RevokeUser(t.Context(), "client", 1) }, "not known", 10 * time.Second, 12 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tokens := &flaky{Registry: memory.New()}
				token := registry.Token{ID: "token", UserID: "client", Expires: time.Now().Add(time.Hour)}
				if err := tokens.Register(t.Context(), token); err != nil {
					t.Fatal(err)
				}
				hub := feed.New(quiet{}, tokens, slog.New(slog.DiscardHandler))
				go hub.Run(t.Context())
				synctest.Wait()
				pieces, err := hub.Listen(t.Context(), ticket.Actor{ID: "client", Role: ticket.Client}, token, "")
				if err != nil {
					t.Fatal(err)
				}
				begun, last := time.Now(), ""
				c.do(tokens)
				for piece := range pieces {
					last = string(piece)
				}
				if took := time.Since(begun); took < c.after || took > c.most || !strings.Contains(last, c.says) || !strings.Contains(last, "\nretry: ") {
					t.Errorf("after %s came %q", took, last)
				}
			})
		})
	}
}

// growing is a stream that begins empty, and later has more than a test puts into it.
func growing() *stream {
	return &stream{state: func(call int) feed.State { return feed.State{Epoch: "e", First: 1, Last: uint64(call-1) * 10_000} }}
}

// Something comes every 15 s, and the id goes along with what others hear.
func TestHeartbeats(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := growing()
		hub, token := s.open(t)
		pieces, err := hub.Listen(t.Context(), ticket.Actor{ID: "another", Role: ticket.Client}, token, "")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		begun := time.Now()
		for piece := range pieces {
			if got = append(got, string(piece)); len(got) == 1 {
				s.put(1) // of another client
			}
			if len(got) == 3 {
				break
			}
		}
		if want := ": heartbeat\nid: e-1\n\n"; !slices.Equal(got[1:], []string{want, want}) || time.Since(begun) != 30*time.Second {
			t.Errorf("after %s: %q", time.Since(begun), got)
		}
	})
}

// Who reads so slowly that the next event is none of the last ones is let go, and resumes without a gap.
func TestSlowListener(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := growing()
		hub, token := s.open(t)
		pieces, err := hub.Listen(t.Context(), ticket.Actor{ID: "client", Role: ticket.Client}, token, "")
		if err != nil {
			t.Fatal(err)
		}
		const many = 6000
		last, next := "", uint64(1)
		for piece := range pieces {
			for ; next <= many; next++ {
				s.put(next)
				if last == "" { // the first one is taken in time
					next++
					break
				}
			}
			last = string(piece)
		}
		if !strings.Contains(last, "too slow") {
			t.Errorf("at last came %q", last)
		}
	})
}

// Without a stream of events nobody can listen, and that is said.
func TestNoStream(t *testing.T) {
	t.Parallel()
	hub := feed.New(quiet{}, memory.New(), slog.New(slog.DiscardHandler)) // which does not run
	_, err := hub.Listen(t.Context(), ticket.Actor{ID: "client", Role: ticket.Client}, registry.Token{UserID: "client"}, "")
	if !problem.Is(err, problem.Unavailable) {
		t.Errorf("got %v", err)
	}
}
