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
	patient.Limit, patient.AckWait = 100, never // what comes again does so because it failed
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

// With this AckWait nothing comes again by itself: what is tested is that the server is told.
const never = time.Hour

func TestServerIsToldOfASlowHandler(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	wantBeat := beats(t, js, events.TicketStream)
	w.answer = func(context.Context, string, int) error {
		for range 3 {
			wantBeat()
		}
		return nil
	}
	slow := quick
	slow.AckWait = never
	consume(t, js, slow.Telling(time.Millisecond), w.handle)
	announce(t, js, "replied", "a", 1)
	caughtUp(t, js, "probe")
	w.want(t, "a-1")
}

// Two messages may be lost before an event counts as nobody's.
func TestBeatIsAThirdOfAckWait(t *testing.T) {
	t.Parallel()
	for wait, beat := range map[time.Duration]time.Duration{0: 10 * time.Second, time.Minute: 20 * time.Second, 1: 1} {
		if is := (bus.Consumer{AckWait: wait}).Beat(); is != beat {
			t.Errorf("AckWait %s: %s, want %s", wait, is, beat)
		}
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

// An event that waits for its handler, in tries and pauses each shorter than a beat, stays with its process.
func TestServerIsToldOfAnEventThatWaits(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	patient := bus.Consumer{Durable: "probe", AckWait: never, First: time.Millisecond, Longest: time.Millisecond}
	wantBeat, told := beats(t, js, events.TicketStream), make(chan struct{})
	go func() { wantBeat(); close(told) }()
	w.answer = func(context.Context, string, int) error {
		select {
		case <-told:
			return nil
		default:
			return bus.Later(errMail)
		}
	}
	consume(t, js, patient.Telling(50*time.Millisecond), w.handle)
	announce(t, js, "replied", "a", 1)
	caughtUp(t, js, "probe")
}

// So does one that waits because a dead letter is being handled.
func TestServerIsToldWhileADeadLetterIsInHand(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	wantBeat, wantBeatOfLetter := beats(t, js, events.TicketStream), beats(t, js, events.TicketDeadStream)
	inHand := make(chan struct{})
	w.answer = func(_ context.Context, id string, calls int) error {
		switch {
		case id == "a-1" && calls == 1:
			return errMail
		case id == "a-1":
			close(inHand)
			wantBeatOfLetter()
			wantBeat() // for b-1
		}
		return nil
	}
	once := quick
	once.Limit, once.AckWait = 1, never
	consume(t, js, once.Telling(time.Millisecond), w.handle)
	announce(t, js, "replied", "a", 1)
	testenv.Eventually(t, "dead letter", func() bool { return len(letters(t, js)) == 1 })
	order := jetstream.ConsumerConfig{Durable: "probe", AckPolicy: jetstream.AckExplicitPolicy}
	if _, err := js.CreateConsumer(t.Context(), events.TicketDeadStream, order); err != nil {
		t.Fatal(err)
	}
	<-inHand
	announce(t, js, "replied", "b", 1)
	caughtUp(t, js, "probe")
	w.want(t, "a-1", "a-1", "b-1")
}
