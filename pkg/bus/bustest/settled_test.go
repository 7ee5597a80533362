package bustest_test

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus/bustest"
	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

// An event is dealt with when it is acknowledged: neither while nobody has asked for it, however short ago it was published,
// nor while it is in hand.
func TestSettled(t *testing.T) {
	t.Parallel()
	js, err := jetstream.New(testenv.NATS(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := streams.Ensure(t.Context(), js, streams.Of(events.TicketStream, 0)); err != nil {
		t.Fatal(err)
	}
	want := func(want bool, c jetstream.Consumer, when string) {
		t.Helper()
		if bustest.Settled(t.Context(), js, events.TicketStream, c.CachedInfo().Name) != want {
			t.Fatalf("%s %s is settled: %t, want %t", c.CachedInfo().Name, when, !want, want)
		}
	}
	for i := range 100 {
		config := jetstream.ConsumerConfig{Durable: fmt.Sprint("probe-", i), DeliverPolicy: jetstream.DeliverNewPolicy, AckPolicy: jetstream.AckExplicitPolicy}
		c, err := js.CreateConsumer(t.Context(), events.TicketStream, config)
		if err != nil {
			t.Fatal(err)
		}
		want(true, c, "before whose time the events are")
		if _, err := js.Publish(t.Context(), fmt.Sprint("crm.ticket.created.", i%7), nil); err != nil {
			t.Fatal(err)
		}
		want(false, c, "that has not asked")
		msg, err := c.Next()
		if err != nil {
			t.Fatal(err)
		}
		want(false, c, "with the event in hand")
		if err := msg.DoubleAck(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(true, c, "that has acknowledged")
		if err := js.DeleteConsumer(t.Context(), events.TicketStream, config.Durable); err != nil {
			t.Fatal(err)
		}
	}
}
