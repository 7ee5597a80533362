package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

// deaf breaks the connection instead of handing on the next acknowledgement, so many times.
type deaf struct{ times atomic.Int64 }

func (d *deaf) Dial(network, address string) (net.Conn, error) {
	conn, err := net.Dial(network, address)
	return deafConn{conn, d}, err
}

type deafConn struct {
	net.Conn
	d *deaf
}

func (c deafConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if bytes.Contains(p[:n], []byte(`{"stream":"CRM_TICKETS"`)) && c.d.times.Add(-1) >= 0 {
		_ = c.Conn.Close()
		return 0, errors.New("lost")
	}
	return n, err
}

func TestLostAcknowledgementPutsNothingTwice(t *testing.T) {
	t.Parallel()
	for name, documents := range map[string]int{"single": 1, "side by side": 5, "batch": 40} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var d deaf
			js := streamOn(t, testenv.StartNATS(t, t.TempDir(), testenv.FreeAddress(t)), nats.SetCustomDialer(&d))
			forget, box := forgetful(t, js), &memoryOutbox{}
			var written []events.Message
			for range 3 {
				for i := range documents {
					written = append(written, box.add(fmt.Sprint("t", i), 10))
				}
				d.times.Store(1)
				_, stop := run(t, js, shared{box, func() {
					if d.times.Load() <= 0 {
						forget() // before it reads again
					}
				}})
				testenv.Eventually(t, "the outbox is empty", func() bool { return len(box.left()) == 0 })
				stop()
				if d.times.Load() > 0 {
					t.Fatal("no acknowledgement was lost")
				}
			}
			wantInOrder(t, js, written)
		})
	}
}

// What a document said before is gone from the stream, by age or by somebody's hand: it goes on from nothing.
func TestDocumentsGoOnAfterTheirEventsAreGone(t *testing.T) {
	t.Parallel()
	js, box := newJetStream(t), &memoryOutbox{}
	write := func() (written []events.Message) {
		for i := range 60 {
			written = append(written, box.add(fmt.Sprint("t", i%20), 10))
		}
		return written
	}
	empty := func() {
		t.Helper()
		testenv.Eventually(t, "the outbox is empty", func() bool { return len(box.left()) == 0 })
	}
	write()
	relay, stop := run(t, js, box)
	empty()
	stream, err := js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	written := write()
	relay.Wake("t1")
	empty()
	wantInOrder(t, js, written)
	stop()

	if err := js.DeleteStream(t.Context(), events.TicketStream); err != nil {
		t.Fatal(err)
	}
	ensure(t, js, streams.Of(events.TicketStream, 0))
	written = write() // for a relay that knows nothing yet
	_, _ = run(t, js, box)
	empty()
	wantInOrder(t, js, written)
}

// unswept has nothing for the sweep: only who is woken finds an event.
type unswept struct{ *memoryOutbox }

func (unswept) Waiting(context.Context, time.Time, int) ([]string, error) { return nil, nil }

func TestWokenRelayNeedsNoSweep(t *testing.T) {
	t.Parallel()
	js, box := newJetStream(t), &memoryOutbox{}
	relay := newRelay(js, unswept{box})
	var written []events.Message
	for i := range 1000 { // before it runs: nothing is lost
		written = append(written, box.add(fmt.Sprint("t", i%300), 10))
		relay.Wake(fmt.Sprint("t", i%300))
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = relay.Run(ctx) }()
	defer func() { cancel(); <-done }()
	testenv.Eventually(t, "the outbox is empty", func() bool { return len(box.left()) == 0 })
	wantInOrder(t, js, written)
	if box.removals > 100 {
		t.Errorf("%d events were removed in %d writes", len(written), box.removals)
	}
}
