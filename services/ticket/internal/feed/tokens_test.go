package feed_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/pkg/registry"
	"crm.example/pkg/registry/memory"
	"crm.example/services/ticket/internal/feed"
	"crm.example/services/ticket/internal/ticket"
)

// asked is a registry that a test is told of when it is asked about many, and answers for.
type asked struct {
	*memory.Registry
	standings func(ctx context.Context, now []registry.Standing) []registry.Standing
}

func (a *asked) Standings(ctx context.Context, tokens []registry.Token) []registry.Standing {
	return a.standings(ctx, a.Registry.Standings(ctx, tokens))
}

// until listens with a token of that lifetime, and tells when the feed ended and what it said at last.
func (a *asked) until(t *testing.T, lifetime time.Duration) (ended time.Time, last string) {
	token := registry.Token{ID: "token", UserID: "client", Expires: time.Now().Add(lifetime)}
	if err := a.Register(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	hub := feed.New(quiet{}, a, slog.New(slog.DiscardHandler))
	go hub.Run(t.Context())
	synctest.Wait()
	pieces, err := hub.Listen(t.Context(), ticket.Actor{ID: "client", Role: ticket.Client}, token, "")
	if err != nil {
		t.Fatal(err)
	}
	for piece := range pieces {
		last = string(piece)
	}
	return time.Now(), last
}

// That a token has expired needs no registry, so one that hangs does not delay it.
func TestTokenExpiresWhileTheRegistryHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hangs := &asked{memory.New(), func(ctx context.Context, now []registry.Standing) []registry.Standing {
			<-ctx.Done()
			return make([]registry.Standing, len(now))
		}}
		const lifetime = 3700 * time.Millisecond
		expires := time.Now().Add(lifetime)
		ended, last := hangs.until(t, lifetime)
		if late := ended.Sub(expires); late < 0 || late > time.Second || !strings.Contains(last, "token-expired") {
			t.Errorf("%s after it expired came %q", late, last)
		}
	})
}

// A token that is revoked right after it was asked about ends its listener within a second as well, with look-ups that
// take longer than those of 5,000 listeners do.
func TestTokenIsRevokedAfterItWasAskedAbout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var revoked time.Time
		slow := &asked{Registry: memory.New()}
		slow.standings = func(_ context.Context, now []registry.Standing) []registry.Standing {
			if revoked.IsZero() && len(now) > 0 {
				revoked = time.Now()
				_ = slow.RevokeUser(t.Context(), "client", 1)
			}
			time.Sleep(180 * time.Millisecond)
			return now
		}
		ended, last := slow.until(t, time.Hour)
		if late := ended.Sub(revoked); late > time.Second || !strings.Contains(last, "token-revoked") {
			t.Errorf("%s after it was revoked came %q", late, last)
		}
	})
}
