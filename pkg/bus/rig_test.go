package bus_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/bus/bustest"
	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

var errMail = errors.New("mail server\r\nsays no")

// quick are settings under which failures take no time.
var quick = bus.Consumer{Durable: "probe", Limit: 3, First: time.Millisecond, Longest: 2 * time.Millisecond, Lookout: 5 * time.Millisecond}

// makeStreams makes the streams of tickets, as their owner does.
func makeStreams(t *testing.T, js jetstream.JetStream) jetstream.JetStream {
	t.Helper()
	if !streams.NewKeeper(js, streams.Of(events.TicketStream, 0), slog.New(slog.DiscardHandler)).Ensure(t.Context()) {
		t.Fatal("no streams")
	}
	return js
}

func ticketStreams(t *testing.T) jetstream.JetStream {
	t.Helper()
	js := testenv.JetStream(t, testenv.NATS(t))
	return makeStreams(t, js)
}

// announce publishes an event of a ticket as the relay does.
func announce(t *testing.T, js jetstream.JetStream, verb, ticketID string, sequence int) {
	t.Helper()
	data := events.TicketData{Ticket: events.Ticket{ID: ticketID, ClientID: "c1", Version: sequence}}
	head := events.Head{ID: fmt.Sprint(ticketID, "-", sequence), Verb: verb, Sequence: sequence, At: time.Now()}
	m, err := events.NewTicketMessage(head, "c1", ticketID, data)
	if err != nil {
		t.Fatal(err)
	}
	publish(t, js, m.Subject, m.Body)
}

func publish(t *testing.T, js jetstream.JetStream, subject string, body []byte) {
	t.Helper()
	id := jetstream.WithMsgID(rand.Text())           // sent again it is kept once
	testenv.Eventually(t, "published", func() bool { // a server may be restarting
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := js.Publish(ctx, subject, body, id)
		return err == nil
	})
}

// witness remembers the events that a handler was called with, and answers as the test says.
type witness struct {
	mu     sync.Mutex
	got    []string
	answer func(ctx context.Context, id string, calls int) error
}

func (w *witness) handle(ctx context.Context, e events.TicketReplied) error { return w.see(ctx, e.ID) }

func (w *witness) handleAll(ctx context.Context, e events.TicketEvent) error { return w.see(ctx, e.ID) }

func (w *witness) see(ctx context.Context, id string) error {
	w.mu.Lock()
	w.got = append(w.got, id)
	calls := 0
	for _, got := range w.got {
		if got == id {
			calls++
		}
	}
	w.mu.Unlock()
	if w.answer == nil {
		return nil
	}
	return w.answer(ctx, id, calls)
}

func (w *witness) calls() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.got...)
}

// consume runs a consumer until the test ends or stop is called, which waits for it.
func consume[E events.Event](t *testing.T, js jetstream.JetStream, c bus.Consumer, handle func(context.Context, E) error) (stop func()) {
	t.Helper()
	cancel, wait := start(t, js, c, handle)
	return func() { cancel(); wait() }
}

// start runs a consumer until the test ends, or cancel is called; wait returns when it has ended.
func start[E events.Event](t *testing.T, js jetstream.JetStream, c bus.Consumer, handle func(context.Context, E) error) (cancel, wait func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- bus.Consume(ctx, js, c, handle) }()
	wait = sync.OnceFunc(func() {
		if err := <-done; err != nil {
			t.Errorf("Consume: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); wait() })
	return cancel, wait
}

// beats are the messages by which consumers tell the server that an event of the stream is in hand. wantBeat waits for one.
func beats(t *testing.T, js jetstream.JetStream, stream string) (wantBeat func()) {
	t.Helper()
	heard := make(chan struct{}, 1000)
	_, err := js.Conn().Subscribe("$JS.ACK.>", func(m *nats.Msg) {
		if string(m.Data) == "+WPI" && strings.Contains(m.Subject, "."+stream+".") {
			select {
			case heard <- struct{}{}:
			default:
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		select {
		case <-heard:
		case <-time.After(time.Minute):
			t.Error("the server was not told that the event is in hand")
		}
	}
}

func (w *witness) want(t *testing.T, ids ...string) {
	t.Helper()
	testenv.Eventually(t, fmt.Sprint("handled ", ids), func() bool { return len(w.calls()) >= len(ids) })
	if got := w.calls(); fmt.Sprint(got) != fmt.Sprint(ids) {
		t.Errorf("handled %v, want %v", got, ids)
	}
}

// caughtUp waits until the durable has nothing left: neither pending nor in flight.
func caughtUp(t *testing.T, js jetstream.JetStream, durable string) {
	t.Helper()
	testenv.Eventually(t, durable+" has nothing left", func() bool { return bustest.CaughtUp(t.Context(), js, events.TicketStream, durable) })
}

// letters are the dead letters, oldest first.
func letters(t *testing.T, js jetstream.JetStream) (all []*jetstream.RawStreamMsg) {
	t.Helper()
	stream, err := js.Stream(t.Context(), events.TicketDeadStream)
	if err != nil {
		t.Fatal(err)
	}
	state := stream.CachedInfo().State
	for seq := state.FirstSeq; seq > 0 && seq <= state.LastSeq; seq++ {
		m, err := stream.GetMsg(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// lines are what a consumer has logged.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *lines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}
