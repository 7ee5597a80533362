//go:build chaos

package events_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"crm.example/pkg/events"
)

// window is what the stream is told to remember ids for: so little that only the fence keeps repeats out.
const window = 200 * time.Millisecond

// relayPaused freezes each of two ticket services in turn, for much longer than the stream's duplicate window. What one had
// in hand it goes on with after the other has published it; and what a client sent it and sent again to the other one, it
// carries out late.
func (r *rig) relayPaused(t *testing.T) {
	rounds, asleep := of(4, 200), 3*time.Second
	r.shrink(t, window)
	o := r.during(t, func() {
		for round := range rounds {
			service := r.Service("ticket", round%2)
			time.Sleep(time.Second)
			if err := service.Freeze(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(asleep)
			if err := service.Thaw(); err != nil {
				t.Fatal(err)
			}
		}
	})
	r.note(fmt.Sprintf("one of two relays stopped for %s, duplicate window %s", asleep, window), rounds, o)
}

// shrink sets the stream's duplicate window, as its owner may. The service sets it right when it starts again.
func (r *rig) shrink(t *testing.T, window time.Duration) {
	t.Helper()
	js := jetStream(t, strings.Replace(r.NATSURL, "consumer:c-consumer@", "ticket:t-ticket@", 1), nats.CustomInboxPrefix("_INBOX_ticket"))
	stream, err := js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	config := stream.CachedInfo().Config
	config.Duplicates = window
	if _, err := js.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
}
