package feed_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/pkg/registry"
	"crm.example/pkg/registry/memory"
	"crm.example/services/ticket/internal/feed"
	"crm.example/services/ticket/internal/ticket"
)

// hanging is a long stream whose pages do not come.
type hanging struct {
	quiet
	asked atomic.Int32
}

func (*hanging) State(context.Context) (feed.State, error) {
	return feed.State{Epoch: "e", First: 1, Last: 20_000}, nil
}

func (h *hanging) Page(ctx context.Context, _ string, _ uint64, _ int) ([]feed.Entry, error) {
	h.asked.Add(1)
	<-ctx.Done()
	return nil, ctx.Err()
}

// open starts a hub in the test's bubble. listen resumes far behind, as a user of its own, and gives what comes.
func (h *hanging) open(t *testing.T) (tokens *memory.Registry, listen func(userID string) <-chan string) {
	tokens = memory.New()
	hub := feed.New(h, tokens, slog.New(slog.DiscardHandler))
	go hub.Run(t.Context())
	synctest.Wait()
	return tokens, func(userID string) <-chan string {
		token := registry.Token{ID: "token", UserID: userID, Expires: time.Now().Add(time.Hour)}
		if err := tokens.Register(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		pieces, err := hub.Listen(t.Context(), ticket.Actor{ID: userID, Role: ticket.Client}, token, "e-5")
		if err != nil {
			t.Fatal(err)
		}
		heard := make(chan string, 100)
		go func() {
			defer close(heard)
			for piece := range pieces {
				heard <- string(piece)
			}
		}()
		synctest.Wait()
		return heard
	}
}

// Who is brought up to the last events, or waits for that, ends within a second with its token as everybody does, and its
// place is another's.
func TestTokenEndsBehind(t *testing.T) {
	t.Parallel()
	for name, others := range map[string]int32{"while a page is read": 0, "while it waits for its turn": 8} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &hanging{}
				tokens, listen := s.open(t)
				for n := range others {
					listen(string('a' + rune(n)))
				}
				heard := listen("client")
				begun, last := time.Now(), ""
				_ = tokens.RevokeUser(t.Context(), "client", 1)
				for piece := range heard {
					last = piece
				}
				if took := time.Since(begun); took > time.Second || !strings.Contains(last, "token-revoked") {
					t.Errorf("after %s came %q", took, last)
				}
				if listen("z"); s.asked.Load() != max(2, others) {
					t.Errorf("%d pages were asked for", s.asked.Load())
				}
			})
		})
	}
}

// Something comes every 15 s to those who wait for their turn as well.
func TestHeartbeatsBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, listen := (&hanging{}).open(t)
		for n := range 8 {
			listen(string('a' + rune(n)))
		}
		heard := listen("client")
		<-heard // the greeting
		time.Sleep(15*time.Second + time.Millisecond)
		synctest.Wait()
		select {
		case piece := <-heard:
			if piece != ": heartbeat\nid: e-5\n\n" {
				t.Errorf("got %q", piece)
			}
		default:
			t.Error("nothing came")
		}
	})
}
