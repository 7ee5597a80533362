package feed_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/registry"
	"crm.example/pkg/registry/memory"
	"crm.example/services/ticket/internal/feed"
	"crm.example/services/ticket/internal/ticket"
)

// quiet is a stream in which nothing happens.
type quiet struct{}

func (quiet) State(context.Context) (feed.State, error) { return feed.State{Epoch: "e", First: 1}, nil }

func (quiet) Follow(ctx context.Context, _ uint64, begun func(uint64), _ func(feed.Entry)) error {
	begun(0)
	<-ctx.Done()
	return nil
}

func (quiet) Page(context.Context, string, uint64, int) ([]feed.Entry, error) { return nil, nil }

// One user has a hundred listeners at most, others are not concerned, and whoever leaves makes room.
func TestTooManyListenersOfOneUser(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		token := registry.Token{ID: "token", UserID: "client", Expires: time.Now().Add(time.Hour)}
		hub := feed.New(quiet{}, memory.New(), slog.New(slog.DiscardHandler))
		go hub.Run(t.Context())
		synctest.Wait()
		listen := func(ctx context.Context) error {
			_, err := hub.Listen(ctx, ticket.Actor{ID: token.UserID, Role: ticket.Client}, token, "")
			return err
		}
		ctx, leave := context.WithCancel(t.Context())
		for n := range 100 {
			if err := listen(ctx); err != nil {
				t.Fatal(n, err)
			}
		}
		if err := listen(t.Context()); !problem.Is(err, problem.RateLimited) {
			t.Errorf("one more: %v", err)
		}
		token.UserID = "another"
		if err := listen(t.Context()); err != nil {
			t.Errorf("of another user: %v", err)
		}
		token.UserID = "client"
		leave()
		synctest.Wait()
		if err := listen(t.Context()); err != nil {
			t.Errorf("when they have left: %v", err)
		}
	})
}
