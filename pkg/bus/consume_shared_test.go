package bus_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
)

// Two processes that share a durable never handle two events at once, so order holds between them as well.
func TestTwoProcessesShareADurable(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	var inHand atomic.Int32
	var each [2]atomic.Int32
	handler := func(process int) func(context.Context, events.TicketReplied) error {
		return func(ctx context.Context, e events.TicketReplied) error {
			if inHand.Add(1) != 1 {
				t.Error("two events are in hand")
			}
			defer inHand.Add(-1)
			if each[process].Add(1)%7 == 0 {
				return errMail // so that some are delivered again, to whichever process
			}
			return w.handle(ctx, e)
		}
	}
	patient := quick
	patient.Limit = 100
	consume(t, js, patient, handler(0))
	consume(t, js, patient, handler(1))
	eventually(t, "both processes ask for events", func() bool {
		durable, err := js.Consumer(t.Context(), events.TicketStream, patient.Durable)
		return err == nil && durable.CachedInfo().NumWaiting >= 2
	})
	var want []string
	for sequence := 1; sequence <= 200; sequence++ {
		announce(t, js, "replied", "a", sequence)
		want = append(want, fmt.Sprint("a-", sequence))
	}
	w.want(t, want...)
	if each[0].Load() == 0 || each[1].Load() == 0 {
		t.Errorf("one process had everything: %d and %d", each[0].Load(), each[1].Load())
	}
}

// A process that has gone silent loses its event to the other one after AckWait, and nothing overtakes it meanwhile.
func TestProcessThatDiedHoldsNothingBackForLong(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	announce(t, js, "replied", "a", 1)
	announce(t, js, "replied", "a", 2)
	short := quick
	short.AckWait = 200 * time.Millisecond
	dead, err := js.CreateConsumer(t.Context(), events.TicketStream, jetstream.ConsumerConfig{
		Durable: "probe", AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 1, AckWait: short.AckWait,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dead.Next(); err != nil { // taken and never answered
		t.Fatal(err)
	}
	consume(t, js, short, w.handle)
	w.want(t, "a-1", "a-2")
}

func TestSlowHandlerKeepsItsEvent(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	short := quick
	short.AckWait = time.Second
	w.answer = func(context.Context, string, int) error {
		<-time.After(5 * short.AckWait / 2) // it is the passing of AckWait that is tested, on the server's clock
		return nil
	}
	consume(t, js, short, w.handle)
	consume(t, js, short, w.handle)
	announce(t, js, "replied", "a", 1)
	settled(t, js, "probe")
	w.want(t, "a-1")
	c, err := js.Consumer(t.Context(), events.TicketStream, "probe")
	if err != nil {
		t.Fatal(err)
	}
	if info := c.CachedInfo(); info.NumRedelivered != 0 || info.Delivered.Consumer != 1 {
		t.Errorf("delivered %d times", info.Delivered.Consumer)
	}
}

func TestHandlerThatHangsIsEnded(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	w.answer = func(ctx context.Context, _ string, _ int) error {
		<-ctx.Done()
		return ctx.Err()
	}
	brief := bus.Consumer{Durable: "probe", Limit: 1, Timeout: time.Millisecond}
	consume(t, js, brief, w.handle)
	announce(t, js, "replied", "a", 1)
	eventually(t, "dead letter", func() bool { return len(letters(t, js)) == 1 })
}
