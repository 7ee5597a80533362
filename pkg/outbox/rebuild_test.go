package outbox_test

import (
	"fmt"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

// restate is what a rebuild does: the document's last event once more, with an id of its own.
func (b *memoryOutbox) restate(document string) events.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := eventOf(document, b.made[document], 10)
	m.ID += "-again"
	b.msgs = append(b.msgs, m)
	return m
}

// A relay that remembers a stream which is lost publishes all that is restated, in order with what is new; of what the
// stream has, nothing comes in again.
func TestRestatedIsPublishedIntoALostStreamOnce(t *testing.T) {
	t.Parallel()
	js, box := newJetStream(t), &memoryOutbox{}
	for i := range 60 {
		box.add(fmt.Sprint("t", i%20), 10)
	}
	relay, _ := run(t, js, box)
	empty := func() {
		t.Helper()
		testenv.Eventually(t, "the outbox is empty", func() bool { return len(box.left()) == 0 })
	}
	empty()
	if err := js.DeleteStream(t.Context(), events.TicketStream); err != nil {
		t.Fatal(err)
	}
	ensure(t, js, streams.Of(events.TicketStream, 0))
	var want []events.Message
	for i := range 20 {
		want = append(want, box.restate(fmt.Sprint("t", i)))
	}
	relay.Wake("t1")
	empty()
	for i := range 20 {
		box.restate(fmt.Sprint("t", i)) // a rebuild that is repeated
		want = append(want, box.add(fmt.Sprint("t", i), 10))
	}
	empty()
	wantInOrder(t, js, want)
}
