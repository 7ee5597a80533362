//go:build nightly

package bus_test

import (
	"context"
	"testing"
	"time"

	"crm.example/pkg/events"
)

// It is the passing of AckWait that is tested, on the server's clock.
func TestSlowHandlerKeepsItsEvent(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	short := quick
	short.AckWait = 3 * time.Second
	w.answer = func(context.Context, string, int) error {
		<-time.After(5 * short.AckWait / 2)
		return nil
	}
	consume(t, js, short, w.handle)
	consume(t, js, short, w.handle)
	announce(t, js, "replied", "a", 1)
	caughtUp(t, js, "probe")
	w.want(t, "a-1")
	c, err := js.Consumer(t.Context(), events.TicketStream, "probe")
	if err != nil {
		t.Fatal(err)
	}
	if info := c.CachedInfo(); info.NumRedelivered != 0 || info.Delivered.Consumer != 1 {
		t.Errorf("delivered %d times", info.Delivered.Consumer)
	}
}
