package outbox_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

// shared is one outbox as one of several processes sees it.
type shared struct {
	*memoryOutbox
	halt func() // called with what was read in hand
}

func (s shared) Pending(ctx context.Context, documents []string, limit int) ([]events.Message, error) {
	msgs, err := s.memoryOutbox.Pending(ctx, documents, limit)
	if len(msgs) > 0 {
		s.halt()
	}
	return msgs, err
}

// unsweptShared has nothing for the sweep.
type unsweptShared struct{ shared }

func (unsweptShared) Waiting(context.Context, time.Time, int) ([]string, error) { return nil, nil }

// gate halts whoever comes while it is shut.
type gate struct{ shut atomic.Pointer[chan struct{}] }

func (g *gate) halt() {
	if shut := g.shut.Load(); shut != nil {
		<-*shut
	}
}

func (g *gate) close() { shut := make(chan struct{}); g.shut.Store(&shut) }
func (g *gate) open()  { close(*g.shut.Swap(nil)) }

// forgetful gives the stream the shortest memory for ids that it can have. What it returns waits until that is over.
func forgetful(t *testing.T, js jetstream.JetStream) (forget func()) {
	t.Helper()
	short := streams.Of(events.TicketStream, 0)
	short.Duplicates = 100 * time.Millisecond
	stream, err := js.UpdateStream(t.Context(), short)
	if err != nil {
		t.Fatal(err)
	}
	const subject = "crm.ticket.probe"
	return func() {
		t.Helper()
		taken := 0
		testenv.Eventually(t, "the stream has forgotten the ids so far", func() bool {
			ack, err := js.Publish(t.Context(), subject, nil, jetstream.WithMsgID("probe"))
			if err != nil {
				t.Fatal(err)
			}
			if !ack.Duplicate {
				taken++
			}
			return taken == 2
		})
		if err := stream.Purge(t.Context(), jetstream.WithPurgeSubject(subject)); err != nil {
			t.Fatal(err)
		}
	}
}

// A process stands still with events in hand, for longer than the stream remembers ids. Meanwhile another publishes them.
func TestPausedRelayPutsNothingTwice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		documents, before int // events that the paused one has published of each document before
	}{
		"first event of one": {1, 0}, "first events of many": {20, 0}, "known document": {1, 1}, "known documents": {20, 2}, "few known documents": {5, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			js, box := newJetStream(t), &memoryOutbox{}
			forget := forgetful(t, js)
			var g gate
			var written []events.Message
			write := func(n int) {
				for i := range n * c.documents {
					written = append(written, box.add(fmt.Sprint("t", i%c.documents), 10))
				}
			}
			write(c.before)
			paused, _ := run(t, js, shared{box, g.halt})
			testenv.Eventually(t, "the outbox is empty", func() bool { return len(box.left()) == 0 })
			g.close()
			write(2)
			paused.Wake("t0")
			_, stop := run(t, js, box)
			testenv.Eventually(t, "the other one has published", func() bool { return len(box.left()) == 0 })
			stop()
			forget()
			g.open()
			write(1)
			testenv.Eventually(t, "the paused one goes on", func() bool { return len(box.left()) == 0 })
			wantInOrder(t, js, written)
		})
	}
}

// A process stands still when its events are in the stream and not yet out of the outbox, or ends there.
func TestPauseBeforeRemovalPutsNothingTwice(t *testing.T) {
	t.Parallel()
	js, box := newJetStream(t), &memoryOutbox{}
	forget := forgetful(t, js)
	var written []events.Message
	for i := range 30 {
		written = append(written, box.add(fmt.Sprint("t", i%3), 10))
	}
	var g gate
	g.close()
	halts := halting{box, &g, make(chan struct{}, 100)}
	_, _ = run(t, js, halts)
	<-halts.there
	forget()
	written = append(written, box.add("t1", 10), box.add("t7", 10))
	_, stop := run(t, js, box)
	testenv.Eventually(t, "the other one has removed", func() bool { return len(box.left()) == 0 })
	stop()
	g.open()
	written = append(written, box.add("t1", 10))
	testenv.Eventually(t, "the halted one goes on", func() bool { return len(box.left()) == 0 })
	wantInOrder(t, js, written)
}

// halting removes nothing while its gate is shut.
type halting struct {
	*memoryOutbox
	g     *gate
	there chan struct{}
}

func (h halting) MarkPublished(ctx context.Context, published []events.Message) error {
	h.there <- struct{}{}
	h.g.halt()
	return h.memoryOutbox.MarkPublished(ctx, published)
}

// One document has gone on elsewhere: all go on, in order, and still together.
func TestOneStaleFence(t *testing.T) {
	t.Parallel()
	for name, documents := range map[string]int{"of a batch": 50, "side by side": 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			oneStaleFence(t, documents)
		})
	}
}

func oneStaleFence(t *testing.T, documents int) {
	js, box := newJetStream(t), &memoryOutbox{}
	forget := forgetful(t, js)
	var written []events.Message
	var g gate
	one, _ := run(t, js, unsweptShared{shared{box, g.halt}})
	round := func() {
		g.close() // until it is woken for all of them
		for i := range 2 * documents {
			written = append(written, box.add(fmt.Sprint("t", i%documents), 10))
		}
		for i := range documents {
			one.Wake(fmt.Sprint("t", i))
		}
		g.open()
		testenv.Eventually(t, "the outbox is empty", func() bool { return len(box.left()) == 0 })
	}
	round()
	written = append(written, box.add("t1", 10))
	_, stop := run(t, js, box)
	testenv.Eventually(t, "the other one has published", func() bool { return len(box.left()) == 0 })
	stop()
	forget()
	before := box.removals
	round()
	wantInOrder(t, js, written)
	if n := box.removals - before; n > 10 {
		t.Errorf("%d events were removed in %d writes", 2*documents, n)
	}
}
