package feed_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/registry"
	"crm.example/pkg/registry/memory"
	"crm.example/pkg/testenv"
	"crm.example/services/ticket/internal/feed"
	"crm.example/services/ticket/internal/ticket"
)

// publisher puts events of two clients in turn into a real stream.
type publisher struct {
	js jetstream.JetStream
	n  int
}

func newPublisher(t *testing.T) *publisher {
	t.Helper()
	js := testenv.JetStream(t, testenv.NATS(t))
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: events.TicketStream, Subjects: []string{events.TicketSubjects}, AllowDirect: true}); err != nil {
		t.Fatal(err)
	}
	return &publisher{js: js}
}

func (p *publisher) publish(t *testing.T, many int) {
	for range many {
		subject := fmt.Sprintf("crm.ticket.replied.client-%d.ticket", p.n%2)
		if _, err := p.js.PublishAsync(subject, fmt.Appendf(nil, `{"type": "crm.ticket.replied.v1", "n": %d}`, p.n)); err != nil {
			t.Error(err)
			return
		}
		p.n++
	}
	<-p.js.PublishAsyncComplete()
}

// lenient is a registry that lets every token count.
type lenient struct{ *memory.Registry }

func (lenient) Standings(_ context.Context, tokens []registry.Token) []registry.Standing {
	return slices.Repeat([]registry.Standing{registry.Counts}, len(tokens))
}

// Who comes back after far more than the last events hold gets all of it, by pages and then live, and only what concerns it.
func TestReplayFromTheStream(t *testing.T) {
	t.Parallel()
	const before, meanwhile = 3000, 1500
	p := newPublisher(t)
	p.publish(t, before)
	tail := feed.NewTail(p.js, events.TicketStream)
	state, err := tail.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	hub := feed.New(tail, lenient{memory.New()}, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { hub.Run(ctx); close(ended) }()
	defer func() { stop(); <-ended }()
	for _, who := range []ticket.Actor{{ID: "client-1", Role: ticket.Client}, {ID: "agent", Role: ticket.Agent}} {
		var want []string
		for n := range p.n + meanwhile {
			if who.Role == ticket.Agent || n%2 == 1 {
				want = append(want, fmt.Sprintf(`data: {"type":"crm.ticket.replied.v1","n":%d}`, n))
			}
		}
		pieces := patiently(t, hub, who, state.Epoch+"-0")
		published := make(chan struct{})
		go func() { p.publish(t, meanwhile); close(published) }()
		var got []string
		var last string
		for piece := range pieces {
			last = string(piece)
			for line := range strings.Lines(last) {
				if strings.HasPrefix(line, `data: {"type"`) {
					got = append(got, strings.TrimSpace(line))
				}
			}
			if len(got) >= len(want) {
				break
			}
		}
		<-published
		if !slices.Equal(got, want) {
			t.Errorf("%s got %d events, want %d; at last came %.100q", who.ID, len(got), len(want), last)
		}
	}
}

// An id whose successors have left the stream cannot be resumed from.
func TestReplayOfWhatIsGone(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	p.publish(t, 3000)
	tail := feed.NewTail(p.js, events.TicketStream)
	stream, err := p.js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(stream.Purge(t.Context(), jetstream.WithPurgeSequence(1000)), stream.DeleteMsg(t.Context(), 1500)); err != nil {
		t.Fatal(err)
	}
	state, err := tail.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	hub := feed.New(tail, lenient{memory.New()}, slog.New(slog.DiscardHandler))
	go hub.Run(t.Context())
	for after, want := range map[int]string{5: "resync", 998: "resync", 999: "ready", 1499: "ready", 3000: "ready", 3001: "resync"} {
		for piece := range patiently(t, hub, ticket.Actor{ID: "agent", Role: ticket.Agent}, fmt.Sprintf("%s-%d", state.Epoch, after)) {
			if !strings.Contains(string(piece), "event: "+want+"\n") {
				t.Errorf("after %d came %q, want %s", after, piece, want)
			}
			break
		}
	}
}

// patiently listens as soon as the hub has caught up with the stream.
func patiently(t *testing.T, hub *feed.Hub, who ticket.Actor, lastID string) func(func([]byte) bool) {
	t.Helper()
	token := registry.Token{ID: "token", UserID: who.ID, Expires: time.Now().Add(time.Hour)}
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		pieces, err := hub.Listen(t.Context(), who, token, lastID)
		if err == nil {
			return pieces
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}
