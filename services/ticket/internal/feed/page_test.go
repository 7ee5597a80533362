package feed_test

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
	"crm.example/services/ticket/internal/feed"
)

// A server that says nothing has not said that there is nothing: a listener would pass over what it missed.
func TestPageWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	asked := make(chan *nats.Msg, 1)
	if _, err := conn.ChanSubscribe("$JS.API.DIRECT.GET.SILENT", asked); err != nil {
		t.Fatal(err)
	}
	js := testenv.JetStream(t, conn)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if page, err := feed.NewTail(js, "SILENT").Page(ctx, ">", 1, 10); err == nil {
		t.Errorf("got a page of %d", len(page))
	}
	testenv.Eventually(t, "the server was asked", func() bool { return len(asked) > 0 })
}

func TestPageAfterTheLastEvent(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	p.publish(t, 1)
	tail := feed.NewTail(p.js, events.TicketStream)
	for from, want := range map[uint64]int{1: 1, 2: 0} {
		if page, err := tail.Page(t.Context(), "crm.ticket.>", from, 10); err != nil || len(page) != want {
			t.Errorf("from %d: %d events, %v", from, len(page), err)
		}
	}
}
