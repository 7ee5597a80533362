// Package stream reads a deployment's events as a consumer from outside does: over NATS, with a consumer
// of its own that leaves nothing behind.
package stream

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/e2e/contract"
	"crm.example/e2e/crm"
)

// Within is how long an event may take to arrive.
const Within = 10 * time.Second

// Reader reads the events of one subject from the first on.
type Reader struct {
	t        testing.TB
	messages jetstream.MessagesContext
}

// Read begins to read the events of a subject, which may have wildcards.
func Read(t testing.TB, url, streamName, subject string) *Reader {
	t.Helper()
	conn, err := nats.Connect(url)
	if err != nil {
		t.Fatalf("connect to NATS: %v", err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := js.OrderedConsumer(t.Context(), streamName, jetstream.OrderedConsumerConfig{FilterSubjects: []string{subject}})
	if err != nil {
		t.Fatalf("consume %s of %s: %v", subject, streamName, err)
	}
	messages, err := consumer.Messages()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(messages.Stop)
	return &Reader{t: t, messages: messages}
}

// Event is one with the subject that it came on and its bytes.
type Event struct {
	crm.Event
	On  string
	Raw []byte
}

// Next waits for the next n events.
func (r *Reader) Next(n int) (events []Event) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), Within)
	defer cancel()
	for len(events) < n {
		msg, err := r.messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			r.t.Fatalf("event %d of %d did not arrive: %v", len(events)+1, n, err)
		}
		if err := contract.Events().CheckEvent(msg.Data()); err != nil {
			r.t.Error(err)
		}
		event := Event{On: msg.Subject(), Raw: msg.Data()}
		if err := json.Unmarshal(msg.Data(), &event.Event); err != nil {
			r.t.Fatalf("event on %s: %v\n%s", msg.Subject(), err, msg.Data())
		}
		events = append(events, event)
	}
	return events
}
