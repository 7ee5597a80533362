package bustest_test

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/bus/bustest"
	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

// An event that nobody has asked for yet is not dealt with, however short ago it was published.
func TestSettledSeesTheLastEvent(t *testing.T) {
	t.Parallel()
	js, err := jetstream.New(testenv.NATS(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := bus.EnsureStream(t.Context(), js, bus.StreamOf(events.TicketStream, 0)); err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		name := fmt.Sprint("probe-", i)
		if _, err := js.CreateConsumer(t.Context(), events.TicketStream, jetstream.ConsumerConfig{Durable: name, DeliverPolicy: jetstream.DeliverNewPolicy}); err != nil {
			t.Fatal(err)
		}
		if !bustest.Settled(t.Context(), js, events.TicketStream, name) {
			t.Fatalf("%s waits for what was there before it", name)
		}
		if _, err := js.Publish(t.Context(), fmt.Sprint("crm.ticket.created.", i%7), nil); err != nil {
			t.Fatal(err)
		}
		if bustest.Settled(t.Context(), js, events.TicketStream, name) {
			t.Fatalf("%s has dealt with event %d, for which nobody has asked", name, i)
		}
		if err := js.DeleteConsumer(t.Context(), events.TicketStream, name); err != nil {
			t.Fatal(err)
		}
	}
}
