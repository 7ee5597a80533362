package feed_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/pkg/registry"
	"crm.example/pkg/registry/memory"
	"crm.example/services/ticket/internal/feed"
	"crm.example/services/ticket/internal/ticket"
)

// counted is a registry that counts how often it is asked, whatever about.
type counted struct {
	*memory.Registry
	looks  int // look-ups of many
	tokens int // that they were about, in sum
	single int // questions about one
}

func (c *counted) Standings(ctx context.Context, tokens []registry.Token) []registry.Standing {
	c.looks++
	c.tokens += len(tokens)
	return c.Registry.Standings(ctx, tokens)
}

func (c *counted) Accept(ctx context.Context, userID, id string) (bool, error) {
	c.single++
	return c.Registry.Accept(ctx, userID, id)
}

// One look-up a second is for all listeners together, however many there are.
func TestOneLookUpForAllListeners(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const many, seconds = 50, 10
		tokens := &counted{Registry: memory.New()}
		hub := feed.New(quiet{}, tokens, slog.New(slog.DiscardHandler))
		go hub.Run(t.Context())
		synctest.Wait()
		for i := range many {
			token := registry.Token{ID: fmt.Sprint("token-", i), UserID: fmt.Sprint("client-", i), Expires: time.Now().Add(time.Hour)}
			if err := tokens.Register(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			pieces, err := hub.Listen(t.Context(), ticket.Actor{ID: token.UserID, Role: ticket.Client}, token, "")
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				for range pieces {
				}
			}()
		}
		synctest.Wait()
		time.Sleep(seconds * time.Second) // of the bubble's clock
		synctest.Wait()
		if tokens.single > 0 || tokens.looks < seconds || tokens.looks > seconds*5/4 || tokens.tokens != many*tokens.looks {
			t.Errorf("within %d s %d listeners were %d look-ups about %d tokens, and %d questions about one, want about %d about all",
				seconds, many, tokens.looks, tokens.tokens, tokens.single, seconds)
		}
	})
}
