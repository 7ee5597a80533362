package e2e_test

import (
	"context"
	"crypto/rand"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
)

// A consumer from outside, with the rights that a consumer has: an event that it cannot handle becomes a dead letter, and
// is handled when an operator orders it, while the deployment goes on.
func TestConsumerFromOutside(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	js := consumerRights(t)
	durable := "e2e-" + rand.Text()
	handled := make(chan events.TicketEvent, 10)
	var repaired atomic.Bool
	settings := bus.Consumer{Durable: durable, New: true, Limit: 2, First: time.Millisecond}
	startConsumer(t, js, settings, func(_ context.Context, e events.TicketEvent) error {
		if e.Ticket.ClientID != client.User.ID {
			return nil // another test's
		}
		if e.Sequence == 1 && !repaired.Load() {
			return errors.New("not yet")
		}
		handled <- e
		return nil
	})

	ticket := client.Open("Consume", "First.")
	client.Reply(ticket.ID, "Second.")
	if e := next(t, handled); e.Sequence != 2 || e.Type != "crm.ticket.replied.v1" || e.Message.Message != "Second." {
		t.Errorf("handled %+v", e)
	}
	repaired.Store(true)
	order := jetstream.ConsumerConfig{Durable: durable, AckPolicy: jetstream.AckExplicitPolicy, FilterSubject: "dead.ticket." + durable + ".>"}
	if _, err := js.CreateConsumer(t.Context(), events.TicketDeadStream, order); err != nil {
		t.Fatal(err)
	}
	if e := next(t, handled); e.Sequence != 1 || e.Type != "crm.ticket.created.v1" {
		t.Errorf("handled %+v", e)
	}
}

func consumerRights(t *testing.T) jetstream.JetStream {
	t.Helper()
	conn, err := nats.Connect(deployment.NATSURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// startConsumer returns once the durable is there, and removes it at the end.
func startConsumer[E events.Event](t *testing.T, js jetstream.JetStream, c bus.Consumer, handle func(context.Context, E) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- bus.Consume(ctx, js, c, handle) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, js.DeleteConsumer(context.Background(), events.TicketStream, c.Durable)); err != nil {
			t.Error(err)
		}
	})
	for end := time.Now().Add(patienceWithEvents); ; time.Sleep(20 * time.Millisecond) {
		if _, err := js.Consumer(t.Context(), events.TicketStream, c.Durable); err == nil {
			return
		} else if time.Now().After(end) {
			t.Fatalf("the durable is not there: %v", err)
		}
	}
}

// patienceWithEvents covers the ten seconds within which an order to deliver dead letters again is found.
const patienceWithEvents = time.Minute

func next(t *testing.T, handled <-chan events.TicketEvent) events.TicketEvent {
	t.Helper()
	select {
	case e := <-handled:
		return e
	case <-time.After(patienceWithEvents):
		t.Fatal("no event was handled")
		return events.TicketEvent{}
	}
}
