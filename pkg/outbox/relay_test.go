package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

func newJetStream(t *testing.T) jetstream.JetStream {
	t.Helper()
	js := testenv.JetStream(t, testenv.NATS(t))
	ensure(t, js, streams.Of(events.TicketStream, 0))
	return js
}

// streamOn connects to a server, and goes on doing so while it is away.
func streamOn(t testing.TB, s *server.Server, options ...nats.Option) jetstream.JetStream {
	t.Helper()
	conn := testenv.Connect(t, s.ClientURL(), options...)
	js := testenv.JetStream(t, conn)
	ensure(t, js, streams.Of(events.TicketStream, 0))
	return js
}

func ensure(t testing.TB, js jetstream.JetStream, want jetstream.StreamConfig) {
	t.Helper()
	if err := streams.Ensure(t.Context(), js, want); err != nil {
		t.Fatal(err)
	}
}

// newRelay makes one that does not let a test wait.
func newRelay(js jetstream.JetStream, box outbox.Store) *outbox.Relay {
	relay := outbox.NewRelay(js, events.TicketStream, box, slog.New(slog.DiscardHandler))
	relay.SweepEvery, relay.FirstWait, relay.LongestWait = 10*time.Millisecond, 5*time.Millisecond, 20*time.Millisecond
	return relay
}

// run starts a relay and returns how to stop it; stopping returns after its last words.
func run(t *testing.T, js jetstream.JetStream, box outbox.Store) (relay *outbox.Relay, stop func()) {
	t.Helper()
	relay = newRelay(js, box)
	return relay, start(t, relay)
}

func start(t *testing.T, relay *outbox.Relay) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() { defer close(done); _ = relay.Run(ctx) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

// kept lists the ids of the events in the stream, per document and in the stream's order.
func kept(t *testing.T, js jetstream.JetStream) map[string][]string {
	t.Helper()
	stream, err := js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	info, err := stream.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for seq := info.State.FirstSeq; seq > 0 && seq <= info.State.LastSeq; seq++ {
		m, err := stream.GetMsg(t.Context(), seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		document := m.Subject[strings.LastIndex(m.Subject, ".")+1:]
		all[document] = append(all[document], m.Header.Get(jetstream.MsgIDHeader))
	}
	return all
}

// wantInOrder checks that each document's events are there once, in the order in which they were written.
func wantInOrder(t *testing.T, js jetstream.JetStream, written []events.Message) {
	t.Helper()
	got, want := kept(t, js), map[string][]string{}
	for _, m := range written {
		want[m.Document] = append(want[m.Document], m.ID)
	}
	for document, ids := range want {
		if !slices.Equal(got[document], ids) {
			t.Errorf("%s: the stream has %v, want %v", document, got[document], ids)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the stream has events of %d documents, want %d", len(got), len(want))
	}
}

func TestRelayKeepsTheOrderAndEmptiesTheOutbox(t *testing.T) {
	t.Parallel()
	js, box := newJetStream(t), &memoryOutbox{}
	var written []events.Message
	for i := range 300 {
		written = append(written, box.add(fmt.Sprint("t", i%7), 10))
	}
	relay, _ := run(t, js, box)
	for i := range 100 {
		written = append(written, box.add(fmt.Sprint("t", i%7), 10))
		relay.Wake(fmt.Sprint("t", i%7))
	}
	testenv.Eventually(t, "outbox is empty", func() bool { return len(box.left()) == 0 })
	wantInOrder(t, js, written)
}

func TestRelaySweepsWithoutWake(t *testing.T) {
	t.Parallel()
	js, box := newJetStream(t), &memoryOutbox{}
	_, _ = run(t, js, box)
	first := box.add("a", 1)
	testenv.Eventually(t, "first is swept", func() bool { return len(box.left()) == 0 })
	second := box.add("a", 1)
	testenv.Eventually(t, "second is swept", func() bool { return len(box.left()) == 0 })
	wantInOrder(t, js, []events.Message{first, second})
}

func TestRelayPublishesWhatIsLeftWhenItEnds(t *testing.T) {
	t.Parallel()
	js, box := newJetStream(t), &memoryOutbox{}
	var written []events.Message
	for range 200 {
		written = append(written, box.add("a", 1))
	}
	_, stop := run(t, js, box)
	stop()
	if left := box.left(); len(left) > 0 {
		t.Errorf("%d events are left", len(left))
	}
	wantInOrder(t, js, written)
}

// A process that dies between the acknowledgement and MarkPublished finds the event in its outbox again.
func TestCrashBeforeRemovalPutsNothingTwice(t *testing.T) {
	t.Parallel()
	js, box := newJetStream(t), &memoryOutbox{}
	var written []events.Message
	for range 10 {
		written = append(written, box.add("a", 1))
	}
	copyOfDisk := &memoryOutbox{msgs: slices.Clone(box.msgs)}
	_, stop := run(t, js, box)
	testenv.Eventually(t, "outbox is empty", func() bool { return len(box.left()) == 0 })
	stop()
	_, _ = run(t, js, copyOfDisk)
	testenv.Eventually(t, "outbox of the next start is empty", func() bool { return len(copyOfDisk.left()) == 0 })
	wantInOrder(t, js, written)
}

func TestFailingRemovalIsRepeatedWithoutPublishing(t *testing.T) {
	t.Parallel()
	js, box := newJetStream(t), &memoryOutbox{}
	failures := 0
	box.onMark = func(events.Message) error {
		if failures++; failures < 4 {
			return errDisk
		}
		return nil
	}
	written := []events.Message{box.add("a", 1), box.add("a", 1)}
	relay, _ := run(t, js, box)
	relay.Wake("a")
	testenv.Eventually(t, "outbox is empty", func() bool { return len(box.left()) == 0 })
	wantInOrder(t, js, written)
}

func TestRefusedEventHoldsBackItsOwnDocumentOnly(t *testing.T) {
	t.Parallel()
	s := testenv.StartNATS(t, t.TempDir(), testenv.FreeAddress(t), func(o *server.Options) { o.MaxPayload = 10 << 10 })
	js, box := streamOn(t, s), &memoryOutbox{}
	var written []events.Message
	tooLarge := int(js.Conn().MaxPayload())
	for i := range 200 { // more refused documents than a page has room for
		box.add(fmt.Sprint("poison", i), tooLarge)
	}
	behind := box.add("poison0", 1)
	for i := range 200 {
		written = append(written, box.add(fmt.Sprint("sound", i%3), 1))
	}
	_, _ = run(t, js, box)
	testenv.Eventually(t, "sound events are out", func() bool { return len(box.left()) == 201 })
	wantInOrder(t, js, written)
	if !slices.ContainsFunc(box.left(), func(m events.Message) bool { return m.ID == behind.ID }) {
		t.Error("an event went out before an earlier one of its document")
	}
}

func TestStreamLimitRefusesOneEventOnly(t *testing.T) {
	t.Parallel()
	js, box := newJetStream(t), &memoryOutbox{}
	narrow := streams.Of(events.TicketStream, 0)
	narrow.MaxMsgSize = 1000
	if _, err := js.UpdateStream(t.Context(), narrow); err != nil {
		t.Fatal(err)
	}
	large := box.add("large", 2000)
	small := box.add("small", 1)
	_, _ = run(t, js, box)
	testenv.Eventually(t, "the small one is out", func() bool { return len(box.left()) == 1 })
	wantInOrder(t, js, []events.Message{small})
	if _, err := js.UpdateStream(t.Context(), streams.Of(events.TicketStream, 0)); err != nil {
		t.Fatal(err)
	}
	testenv.Eventually(t, "the large one follows once the limit is gone", func() bool { return len(box.left()) == 0 })
	wantInOrder(t, js, []events.Message{large, small})
}
