package bus_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

func TestConsumeHandsOverItsKindInOrder(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	announce(t, js, "created", "a", 1)
	announce(t, js, "replied", "a", 2)
	consume(t, js, quick, w.handle)
	announce(t, js, "replied", "b", 2)
	announce(t, js, "closed", "a", 3)
	announce(t, js, "replied", "a", 4)
	w.want(t, "a-2", "b-2", "a-4")
	caughtUp(t, js, "probe")
}

func TestConsumeEveryTypeOfTheStream(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	consume(t, js, quick, w.handleAll)
	announce(t, js, "created", "a", 1)
	announce(t, js, "merged", "a", 2) // a type of a later version
	announce(t, js, "deleted", "a", 3)
	w.want(t, "a-1", "a-3")
	caughtUp(t, js, "probe")
	if n := len(letters(t, js)); n != 0 {
		t.Errorf("%d dead letters", n)
	}
}

func TestFailingEventIsNotOvertaken(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	w.answer = func(_ context.Context, id string, calls int) error {
		if id == "a-1" && calls < 3 {
			return errMail
		}
		return nil
	}
	announce(t, js, "replied", "a", 1)
	announce(t, js, "replied", "a", 2)
	announce(t, js, "replied", "b", 1)
	consume(t, js, quick, w.handle)
	w.want(t, "a-1", "a-1", "a-1", "a-2", "b-1")
	if n := len(letters(t, js)); n != 0 {
		t.Errorf("%d dead letters of an event that succeeded at the last delivery", n)
	}
}

func TestRepeatsAreDropped(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	consume(t, js, quick, w.handle)
	for _, sequence := range []int{1, 2, 2, 1, 3} { // without message ids, as if published again after the duplicate window
		announce(t, js, "replied", "a", sequence)
	}
	announce(t, js, "replied", "b", 1)
	w.want(t, "a-1", "a-2", "a-3", "b-1")
	caughtUp(t, js, "probe")
}

func TestRestartGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	stop := consume(t, js, quick, w.handle)
	announce(t, js, "replied", "a", 1)
	w.want(t, "a-1")
	stop()
	announce(t, js, "replied", "a", 2)
	consume(t, js, quick, w.handle)
	w.want(t, "a-1", "a-2")
}

// What is in hand when ctx ends gets done; what was not begun goes to the next process at once, without AckWait.
func TestDrainFinishesWhatIsInHand(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	begun, finish := make(chan bool), make(chan bool)
	w.answer = func(ctx context.Context, id string, calls int) error {
		if id == "a-1" && calls == 1 {
			close(begun)
			<-finish
		}
		return ctx.Err()
	}
	cancel, wait := start(t, js, quick, w.handle)
	announce(t, js, "replied", "a", 1)
	announce(t, js, "replied", "a", 2)
	<-begun
	cancel()
	close(finish)
	wait()
	w.want(t, "a-1")
	durable, err := js.Consumer(t.Context(), events.TicketStream, "probe")
	if err != nil {
		t.Fatal(err)
	}
	if n := durable.CachedInfo().Delivered.Consumer; n > 3 { // a-1, and a-2 at most twice
		t.Errorf("%d deliveries while the process was leaving: that many make a dead letter", n)
	}
	consume(t, js, quick, w.handle)
	w.want(t, "a-1", "a-2")
}

func TestGraceEndsAHandlerThatTakesTooLong(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	begun := make(chan bool, 1)
	w.answer = func(ctx context.Context, _ string, _ int) error {
		begun <- true
		<-ctx.Done()
		return ctx.Err()
	}
	hasty := quick
	hasty.Grace = time.Millisecond
	stop := consume(t, js, hasty, w.handle)
	announce(t, js, "replied", "a", 1)
	<-begun
	stop()
	if n := len(letters(t, js)); n != 0 {
		t.Errorf("%d dead letters", n)
	}
}

func TestNewDurableBeginsNow(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	announce(t, js, "replied", "a", 1)
	fresh := quick
	fresh.New = true
	consume(t, js, fresh, w.handle)
	testenv.Eventually(t, "durable is there", func() bool {
		_, err := js.Consumer(t.Context(), events.TicketStream, "probe")
		return err == nil
	})
	announce(t, js, "replied", "a", 2)
	w.want(t, "a-2")
}

func TestWhatCannotBeConsumed(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	if _, err := js.CreatePushConsumer(t.Context(), events.TicketStream, jetstream.ConsumerConfig{Durable: "push", DeliverSubject: "x"}); err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateConsumer(t.Context(), events.TicketStream, jetstream.ConsumerConfig{Durable: "careless", AckPolicy: jetstream.AckNonePolicy}); err != nil {
		t.Fatal(err)
	}
	for durable, want := range map[string]string{
		"": "not a name", "a.b": "not a name", "a*": "not a name", "push": "push consumer", "careless": "explicit acknowledgement",
	} {
		err := bus.Consume(t.Context(), js, bus.Consumer{Durable: durable}, w.handle)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", durable, err, want)
		}
	}
	if err := bus.Consume(t.Context(), js, bus.Consumer{Durable: "a", AckWait: -1}, w.handle); err == nil {
		t.Error("a negative time was taken")
	}
}
