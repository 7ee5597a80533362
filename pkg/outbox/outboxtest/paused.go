package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

// PausedRelay has a relay stand still with events of these documents in hand, until another has published them and the
// stream has forgotten their ids: each event is in the stream once, in order. change makes one more change of each
// document and returns the sequence of its event. With known, the relay has published of all of them before.
func PausedRelay(t *testing.T, js jetstream.JetStream, stream string, box outbox.Store, documents []string, known bool, change func() int) {
	t.Helper()
	short := streams.Of(stream, 0)
	short.Duplicates = 100 * time.Millisecond // the shortest memory for ids that a stream can have
	if err := streams.Ensure(t.Context(), js, short); err != nil {
		t.Fatal(err)
	}
	halts := &halting{Store: box, inHand: make(chan struct{}, 1)}
	paused, rest := run(t, js, stream, halts)
	if known {
		change()
		publish(t, paused, box, documents)
	}
	shut := make(chan struct{})
	open := sync.OnceFunc(func() { halts.at(nil); close(shut) })
	t.Cleanup(open) // before the relay is to end
	halts.at(shut)
	change()
	wake(paused, documents)
	<-halts.inHand
	other, stop := run(t, js, stream, box)
	publish(t, other, box, documents)
	stop()
	forget(t, js, stream)
	open()
	last := change()
	publish(t, paused, box, documents)
	rest() // or it would publish what the box gets later
	wantOnce(t, js, stream, documents, last)
}

// halting is an outbox whose reader stands still, with what it has read, while there is a gate that is shut.
type halting struct {
	outbox.Store
	inHand chan struct{}

	mu   sync.Mutex
	gate chan struct{}
}

func (h *halting) at(gate chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gate = gate
}

func (h *halting) Pending(ctx context.Context, documents []string, limit int) ([]events.Message, error) {
	msgs, err := h.Store.Pending(ctx, documents, limit)
	h.mu.Lock()
	gate := h.gate
	h.mu.Unlock()
	if len(msgs) > 0 && gate != nil {
		select {
		case h.inHand <- struct{}{}:
		default:
		}
		<-gate
	}
	return msgs, err
}

func run(t *testing.T, js jetstream.JetStream, stream string, box outbox.Store) (relay *outbox.Relay, stop func()) {
	relay = outbox.NewRelay(js, stream, box, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() { defer close(done); _ = relay.Run(ctx) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return relay, stop
}

func wake(relay *outbox.Relay, documents []string) {
	for _, document := range documents {
		relay.Wake(document)
	}
}

func publish(t *testing.T, relay *outbox.Relay, box outbox.Store, documents []string) {
	t.Helper()
	wake(relay, documents)
	testenv.Eventually(t, "the outbox is empty", func() bool { return len(Left(t, box)) == 0 })
}

// forget returns when the stream knows none of the ids so far any more.
func forget(t *testing.T, js jetstream.JetStream, stream string) {
	t.Helper()
	probe := streams.Of(stream, 0).Subjects[0]
	probe = probe[:len(probe)-1] + "probe"
	taken := 0
	testenv.Eventually(t, "the stream has forgotten the ids", func() bool {
		ack, err := js.Publish(t.Context(), probe, nil, jetstream.WithMsgID("probe"))
		if err != nil {
			t.Fatal(err)
		}
		if !ack.Duplicate {
			taken++
		}
		return taken == 2
	})
	s, err := js.Stream(t.Context(), stream)
	if err == nil {
		err = s.Purge(t.Context(), jetstream.WithPurgeSubject(probe))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// wantOnce reads the stream, and wants the sequences 1 to last of each document.
func wantOnce(t *testing.T, js jetstream.JetStream, stream string, documents []string, last int) {
	t.Helper()
	s, err := js.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string][]int{}
	for place := range s.CachedInfo().State.LastSeq {
		msg, err := s.GetMsg(t.Context(), place+1)
		if errors.Is(err, jetstream.ErrMsgNotFound) { // a probe
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		_, meta, err := events.Open(msg.Data)
		if err != nil {
			t.Fatal(err)
		}
		told[meta.Document] = append(told[meta.Document], int(meta.Sequence))
	}
	var want []int
	for n := range last {
		want = append(want, n+1)
	}
	for _, document := range documents {
		if !slices.Equal(told[document], want) {
			t.Error(fmt.Sprint(document, ": the stream tells ", told[document], ", want ", want))
		}
	}
}
