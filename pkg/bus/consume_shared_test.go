package bus_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
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
	testenv.Eventually(t, "both processes ask for events", func() bool {
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
	short.AckWait = 3 * time.Second
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
	testenv.Eventually(t, "dead letter", func() bool { return len(letters(t, js)) == 1 })
}

// An event that waits for its handler, in tries and pauses each shorter than what would tell the server so, stays with its process.
func TestEventThatWaitsStaysWithItsProcess(t *testing.T) {
	t.Parallel()
	js := ticketStreams(t)
	patient := bus.Consumer{Durable: "probe", AckWait: 3 * time.Second, First: 800 * time.Millisecond, Longest: 800 * time.Millisecond}
	const tries = 12
	processes := []*witness{{}, {}}
	for _, w := range processes {
		w.answer = func(_ context.Context, id string, calls int) error {
			if id == "a-1" && calls < tries {
				return bus.Later(errMail)
			}
			return nil
		}
		consume(t, js, patient, w.handle)
	}
	announce(t, js, "replied", "a", 1)
	settled(t, js, "probe")
	if a, b := len(processes[0].calls()), len(processes[1].calls()); a+b != tries || a*b != 0 {
		t.Errorf("the processes were called %d and %d times, want one of them %d times", a, b, tries)
	}
}

// So does one that waits because a dead letter is being handled.
func TestDeadLetterInHandLosesNoEvent(t *testing.T) {
	t.Parallel()
	js := ticketStreams(t)
	short := bus.Consumer{Durable: "probe", Limit: 1, AckWait: 3 * time.Second, First: time.Millisecond, Longest: 2 * time.Millisecond}
	first, second := &witness{}, &witness{}
	first.answer = func(_ context.Context, id string, calls int) error {
		switch {
		case id == "a-1" && calls == 1:
			return errMail
		case id == "a-1":
			<-time.After(5 * short.AckWait / 2) // it is the passing of AckWait that is tested, on the server's clock
		}
		return nil
	}
	consume(t, js, short, first.handle)
	announce(t, js, "replied", "a", 1)
	testenv.Eventually(t, "dead letter", func() bool { return len(letters(t, js)) == 1 })
	order := jetstream.ConsumerConfig{Durable: "probe", AckPolicy: jetstream.AckExplicitPolicy}
	if _, err := js.CreateConsumer(t.Context(), events.TicketDeadStream, order); err != nil {
		t.Fatal(err)
	}
	testenv.Eventually(t, "the letter is in hand", func() bool { return len(first.calls()) == 2 })
	announce(t, js, "replied", "b", 1)
	announce(t, js, "replied", "b", 2)
	testenv.Eventually(t, "the first process has the event", func() bool {
		c, err := js.Consumer(t.Context(), events.TicketStream, "probe")
		return err == nil && c.CachedInfo().NumAckPending == 1
	})
	consume(t, js, short, second.handle)
	settled(t, js, "probe")
	handled := append(first.calls()[2:], second.calls()...)
	if want := []string{"b-1", "b-2"}; !slices.Equal(handled, want) {
		t.Errorf("handled %v, want %v", handled, want)
	}
}
