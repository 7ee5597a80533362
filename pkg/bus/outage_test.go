package bus_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

// outside connects as another process does.
func outside(t *testing.T, url string) jetstream.JetStream {
	t.Helper()
	conn := testenv.Connect(t, url, nats.RetryOnFailedConnect(true))
	js, err := jetstream.New(conn, jetstream.WithDefaultTimeout(500*time.Millisecond)) // what is asked of a server that ends gets no answer
	if err != nil {
		t.Fatal(err)
	}
	return js
}

func TestServerRestartsUnderAConsumer(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), testenv.FreeAddress(t)
	running := testenv.StartNATS(t, dir, address)
	js, w := makeStreams(t, outside(t, running.ClientURL())), &witness{}
	var want []string
	write := func(n int) {
		for range n {
			sequence := len(want) + 1
			announce(t, js, "replied", "a", sequence)
			want = append(want, fmt.Sprint("a-", sequence))
		}
	}
	impatient := quick
	impatient.AckWait = 500 * time.Millisecond // for what was on its way to the consumer when the server stopped
	consume(t, outside(t, running.ClientURL()), impatient, w.handle)
	for range 3 {
		write(30)
		running.Shutdown() // while the consumer is somewhere in the middle
		running.WaitForShutdown()
		running = testenv.StartNATS(t, dir, address)
		testenv.Eventually(t, "reconnected", func() bool { return js.Conn().IsConnected() })
		write(10)
	}
	w.want(t, want...)
}

// An acknowledgement that an outage swallowed is sent again: the events behind it don't wait for AckWait.
func TestAcknowledgementSurvivesARestart(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), testenv.FreeAddress(t)
	running := testenv.StartNATS(t, dir, address)
	js, w := makeStreams(t, outside(t, running.ClientURL())), &witness{}
	down := make(chan bool)
	w.answer = func(_ context.Context, id string, _ int) error {
		if id == "a-1" {
			running.Shutdown()
			running.WaitForShutdown()
			close(down)
		}
		return nil
	}
	patient := quick
	patient.AckWait = never
	consume(t, outside(t, running.ClientURL()), patient.Impatient(), w.handle)
	announce(t, js, "replied", "a", 1)
	<-down
	testenv.StartNATS(t, dir, address)
	announce(t, js, "replied", "a", 2)
	w.want(t, "a-1", "a-2")
}

func TestConsumerIsThereBeforeTheServer(t *testing.T) {
	t.Parallel()
	address := testenv.FreeAddress(t)
	url := "nats://" + address
	w := &witness{}
	consume(t, outside(t, url), quick, w.handle)
	testenv.StartNATS(t, t.TempDir(), address)
	js := makeStreams(t, outside(t, url))
	announce(t, js, "replied", "a", 1)
	w.want(t, "a-1")
}

// In a stream that was made anew the sequences of documents may begin again: nothing of it counts as seen.
func TestStreamIsMadeAnew(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	consume(t, js, quick, w.handle)
	announce(t, js, "replied", "a", 1)
	w.want(t, "a-1")
	for _, name := range []string{events.TicketStream, events.TicketDeadStream} {
		if err := js.DeleteStream(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	makeStreams(t, js)
	announce(t, js, "replied", "a", 1)
	announce(t, js, "replied", "a", 2)
	w.want(t, "a-1", "a-1", "a-2")
}

func TestDurableThatWasDeletedGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	consume(t, js, quick, w.handle)
	for sequence := 1; sequence <= 3; sequence++ {
		announce(t, js, "replied", fmt.Sprint("t", sequence), sequence)
	}
	w.want(t, "t1-1", "t2-2", "t3-3")
	caughtUp(t, js, "probe")
	if err := js.DeleteConsumer(t.Context(), events.TicketStream, "probe"); err != nil {
		t.Fatal(err)
	}
	announce(t, js, "replied", "t4", 4)
	w.want(t, "t1-1", "t2-2", "t3-3", "t4-4")
	c, err := js.Consumer(t.Context(), events.TicketStream, "probe")
	if err != nil {
		t.Fatal(err)
	}
	if is := c.CachedInfo().Config; is.OptStartSeq != 4 {
		t.Errorf("it begins with %d", is.OptStartSeq)
	}
}

func TestSettingsOfADurableAreBroughtInLine(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	old := jetstream.ConsumerConfig{
		Durable: "probe", AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 500, MaxDeliver: 2, AckWait: time.Second,
		FilterSubjects: []string{"crm.ticket.closed.>", "crm.ticket.created.>"}, DeliverPolicy: jetstream.DeliverNewPolicy,
		Description: "for the mails", Metadata: map[string]string{"team": "x"},
	}
	if _, err := js.CreateConsumer(t.Context(), events.TicketStream, old); err != nil {
		t.Fatal(err)
	}
	consume(t, js, quick, w.handle)
	testenv.Eventually(t, "brought in line", func() bool {
		c, err := js.Consumer(t.Context(), events.TicketStream, "probe")
		return err == nil && c.CachedInfo().Config.MaxAckPending == 1
	})
	c, _ := js.Consumer(t.Context(), events.TicketStream, "probe")
	is := c.CachedInfo().Config
	if is.MaxDeliver != -1 || is.AckWait != 30*time.Second || is.FilterSubject != "crm.ticket.replied.*.*" || len(is.FilterSubjects) != 0 {
		t.Errorf("durable is %+v", is)
	}
	if is.DeliverPolicy != jetstream.DeliverNewPolicy || is.Description != old.Description || is.Metadata["team"] != "x" {
		t.Errorf("what an operator set is gone: %+v", is)
	}
	announce(t, js, "replied", "a", 1)
	w.want(t, "a-1")
}

// A handler whose server is gone for too long is told, since another process may be handling the event.
func TestLostEventEndsItsHandler(t *testing.T) {
	t.Parallel()
	running := testenv.StartNATS(t, t.TempDir(), testenv.FreeAddress(t))
	js, w := makeStreams(t, outside(t, running.ClientURL())), &witness{}
	begun, told := make(chan bool), make(chan error, 1)
	w.answer = func(ctx context.Context, _ string, _ int) error {
		begun <- true
		<-ctx.Done()
		told <- context.Cause(ctx)
		return ctx.Err()
	}
	short := quick
	short.AckWait = 100 * time.Millisecond
	consume(t, js, short, w.handle)
	announce(t, js, "replied", "a", 1)
	<-begun
	running.Shutdown()
	if err := <-told; err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("told %v", err)
	}
}
