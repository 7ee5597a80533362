package feed_test

import (
	"bytes"
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

// stream is one that a test decides about: what is put into it at which moment.
type stream struct {
	kept    []feed.Entry
	state   func(call int) feed.State
	page    func(call int)
	entries chan feed.Entry
	taken   chan struct{}
	done    <-chan struct{} // the test is

	states, pages, follows int
}

func (s *stream) State(context.Context) (feed.State, error) {
	s.states++
	return s.state(s.states), nil
}

func (s *stream) Follow(ctx context.Context, _ uint64, begun func(uint64), each func(feed.Entry)) error {
	s.follows++
	begun(0)
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-s.entries:
			each(e)
			s.taken <- struct{}{}
		}
	}
}

// Page answers what there was before it calls page.
func (s *stream) Page(_ context.Context, _ string, from uint64, limit int) (page []feed.Entry, err error) {
	for _, e := range s.kept {
		if e.Sequence >= from && len(page) < limit {
			page = append(page, e)
		}
	}
	s.pages++
	s.page(s.pages)
	return page, nil
}

// put returns when the hub has the event, or the test has ended.
func (s *stream) put(sequence uint64) {
	e := feed.Entry{Sequence: sequence, Subject: "crm.ticket.replied.client.ticket", Body: []byte(`{"type":"crm.ticket.replied.v1"}`)}
	s.kept = append(s.kept, e)
	select {
	case s.entries <- e:
		<-s.taken
	case <-s.done:
	}
}

// open starts a hub in the test's bubble and lets it catch up.
func (s *stream) open(t *testing.T) (*feed.Hub, registry.Token) {
	s.entries, s.taken, s.done = make(chan feed.Entry), make(chan struct{}), t.Context().Done()
	tokens, token := memory.New(), registry.Token{ID: "token", UserID: "client", Expires: time.Now().Add(time.Hour)}
	if err := tokens.Register(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	hub := feed.New(s, tokens, slog.New(slog.DiscardHandler))
	go hub.Run(t.Context())
	synctest.Wait()
	return hub, token
}

// An event that comes while the stream is being asked how far it is does not look like another stream.
func TestEventsWhileTheStreamIsAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stream{}
		s.state = func(call int) feed.State {
			if call > 1 {
				s.put(uint64(call))
			}
			return feed.State{Epoch: "e", First: 1, Last: uint64(max(1, call-1))} // as it was a moment before
		}
		s.open(t)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if s.follows != 1 || s.states < 10 {
			t.Errorf("followed the stream anew %d times in %d looks", s.follows-1, s.states)
		}
	})
}

// Who comes back while more happens than the last events hold misses nothing of it.
func TestComingBackToABusyStream(t *testing.T) {
	t.Parallel()
	const first, last = 2001, 7000
	synctest.Test(t, func(t *testing.T) {
		s := &stream{state: func(int) feed.State { return feed.State{Epoch: "e", First: 1, Last: first - 1} }}
		s.page = func(call int) {
			for n := uint64(first); call == 1 && n <= last; n++ {
				s.put(n)
			}
		}
		hub, token := s.open(t)
		pieces, err := hub.Listen(t.Context(), ticket.Actor{ID: "client", Role: ticket.Client}, token, "e-5")
		if err != nil {
			t.Fatal(err)
		}
		next := uint64(first)
		for piece := range pieces {
			for _, frame := range bytes.Split(bytes.TrimSuffix(piece, []byte("\n\n")), []byte("\n\n")) {
				if !bytes.HasPrefix(frame, []byte("id: ")) {
					continue // the greeting
				}
				if want := fmt.Appendf(nil, "id: e-%d\n", next); !bytes.HasPrefix(frame, want) {
					t.Fatalf("got %q, want %q", frame, want)
				}
				next++
			}
			if next > last {
				return
			}
		}
		t.Errorf("the feed ended before event %d", next)
	})
}
