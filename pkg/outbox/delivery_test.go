package outbox_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox"
	"crm.example/pkg/testenv"
)

// To ask the stream for what the relay does not know, and again for what it only remembers, is no sign that others publish
// the same: what follows goes out together.
func TestLookUpsDoNotTearABatchApart(t *testing.T) {
	t.Parallel()
	js, box := newJetStream(t), &memoryOutbox{}
	failed := false
	box.onMark = func(events.Message) error {
		if failed {
			return nil
		}
		failed = true
		box.msgs = append(box.msgs, eventOf("unknown-1", 2, 10), eventOf("unknown-2", 2, 10))
		return errDisk
	}
	box.add("remembered", 10)
	relay := newRelay(js, box)
	relay.BatchFrom = 2
	start(t, relay)
	testenv.Eventually(t, "the outbox is empty", func() bool { return len(box.left()) == 0 })
	stream, err := js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	for seq := uint64(2); seq <= 3; seq++ {
		if m, err := stream.GetMsg(t.Context(), seq); err != nil || m.Header.Get("Nats-Batch-Id") == "" {
			t.Errorf("%v, %v is of no batch", m, err)
		}
	}
}

// A document that is written to faster than it can be published holds up no other one.
func TestBusyDocumentHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	js, box, begun := newJetStream(t), &memoryOutbox{}, make(chan struct{})
	var relay *outbox.Relay
	var published atomic.Bool
	late := sync.OnceFunc(func() { box.add("late", 1); relay.Wake("late") })
	for range 600 { // more than one round takes
		box.add("busy", 1)
	}
	box.onRead = func() {
		<-begun
		late()
		for n := 0; n < 600 && !published.Load(); n++ {
			box.add("busy", 1)
		}
	}
	relay, _ = run(t, js, box)
	close(begun)
	relay.Wake("busy")
	stream, err := js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	defer published.Store(true)
	testenv.Eventually(t, "the other document's event is published", func() bool {
		_, err := stream.GetLastMsgForSubject(t.Context(), "crm.ticket.*.client.late")
		return err == nil
	})
	published.Store(true)
	testenv.Eventually(t, "everything is published", func() bool { return len(box.left()) == 0 })
}
