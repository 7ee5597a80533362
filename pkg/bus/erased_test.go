package bus_test

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

// erase removes the events of a ticket from the stream, in each of the ways in which an erasure does.
var erase = map[string]func(context.Context, jetstream.Stream) error{
	"purge": func(ctx context.Context, s jetstream.Stream) error {
		return s.Purge(ctx, jetstream.WithPurgeSubject("crm.ticket.replied.c1.a"))
	},
	"overwrite": func(ctx context.Context, s jetstream.Stream) error { return s.SecureDeleteMsg(ctx, 1) },
}

func eachErasure(t *testing.T, test func(t *testing.T, js jetstream.JetStream, erase func())) {
	t.Helper()
	for name, remove := range erase {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			js := ticketStreams(t)
			announce(t, js, "replied", "a", 1)
			announce(t, js, "replied", "b", 1)
			stream, err := js.Stream(t.Context(), events.TicketStream)
			if err != nil {
				t.Fatal(err)
			}
			test(t, js, func() {
				if err := remove(t.Context(), stream); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// The one event in flight may be erased: the durable must not wait for it for ever.
func TestEventIsErasedWhileItWaitsForItsNextDelivery(t *testing.T) {
	t.Parallel()
	eachErasure(t, func(t *testing.T, js jetstream.JetStream, erase func()) {
		w := &witness{}
		failed := make(chan bool, 100)
		w.answer = func(_ context.Context, id string, _ int) error {
			if id == "a-1" {
				failed <- true
				return errMail
			}
			return nil
		}
		slow := quick
		slow.First, slow.Longest, slow.Limit = 200*time.Millisecond, 200*time.Millisecond, 100
		consume(t, js, slow.Impatient(), w.handle)
		<-failed
		erase()
		testenv.Eventually(t, "the next event is handled", func() bool { calls := w.calls(); return calls[len(calls)-1] == "b-1" })
	})
}

func TestEventIsErasedWhileItIsInHand(t *testing.T) {
	t.Parallel()
	eachErasure(t, func(t *testing.T, js jetstream.JetStream, erase func()) {
		w := &witness{}
		w.answer = func(_ context.Context, id string, _ int) error {
			if id == "a-1" {
				erase()
			}
			return nil
		}
		consume(t, js, quick.Impatient(), w.handle)
		w.want(t, "a-1", "b-1")
	})
}

// What waits for its handler in the process is text that should be gone too.
func TestEventIsErasedWhileItWaitsForItsHandler(t *testing.T) {
	t.Parallel()
	eachErasure(t, func(t *testing.T, js jetstream.JetStream, erase func()) {
		w := &witness{}
		w.answer = func(_ context.Context, id string, calls int) error {
			if id != "a-1" {
				return nil
			}
			if calls == 3 {
				erase()
			}
			return bus.Later(errMail)
		}
		consume(t, js, quick.Impatient(), w.handle)
		w.want(t, "a-1", "a-1", "a-1", "b-1")
	})
}

// A dead letter that is stored after the erasure would keep the text for as long as letters are kept.
func TestEventIsErasedDuringItsLastDelivery(t *testing.T) {
	t.Parallel()
	eachErasure(t, func(t *testing.T, js jetstream.JetStream, erase func()) {
		w := &witness{}
		w.answer = func(_ context.Context, id string, _ int) error {
			if id == "a-1" {
				erase()
				return errMail
			}
			return nil
		}
		once := quick
		once.Limit = 1
		consume(t, js, once.Impatient(), w.handle)
		w.want(t, "a-1", "b-1")
		if all := letters(t, js); len(all) != 0 {
			t.Errorf("dead letters: %+v", all)
		}
	})
}

func TestEventIsErasedAfterItsProcessDied(t *testing.T) {
	t.Parallel()
	eachErasure(t, func(t *testing.T, js jetstream.JetStream, erase func()) {
		short := quick
		short.AckWait = 200 * time.Millisecond
		died, err := js.CreateConsumer(t.Context(), events.TicketStream, jetstream.ConsumerConfig{
			Durable: "probe", AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 1, AckWait: short.AckWait,
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := died.Next(); err != nil {
			t.Fatal(err)
		}
		erase()
		w := &witness{}
		consume(t, js, short.Impatient(), w.handle)
		w.want(t, "b-1")
	})
}
