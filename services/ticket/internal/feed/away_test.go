package feed_test

import (
	"context"
	"errors"
	"log/slog"
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

// refusing is a stream that tells how it stands, and at times lets nobody follow it.
type refusing struct {
	quiet
	refuses atomic.Bool
}

func (r *refusing) Follow(ctx context.Context, _ uint64, begun func(uint64), _ func(feed.Entry)) error {
	for first := true; !r.refuses.Load(); first = false {
		if first {
			begun(0)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
	return errors.New("maximum consumers limit reached")
}

// Nobody is told that the feed is ready while no event can come.
func TestStreamThatCannotBeFollowed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &refusing{}
		hub := feed.New(s, memory.New(), slog.New(slog.DiscardHandler))
		go hub.Run(t.Context())
		for _, refuses := range []bool{false, true, false} {
			s.refuses.Store(refuses)
			time.Sleep(10 * time.Second)
			token := registry.Token{ID: "token", UserID: "client", Expires: time.Now().Add(time.Hour)}
			_, err := hub.Listen(t.Context(), ticket.Actor{ID: "client", Role: ticket.Client}, token, "")
			if problem.Is(err, problem.Unavailable) != refuses || err != nil && !refuses {
				t.Errorf("it refuses: %t; listening: %v", refuses, err)
			}
		}
	})
}
