package storetest

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox/outboxtest"
	"crm.example/pkg/testenv"
	"crm.example/services/ticket/internal/ticket"
)

// Two processes with one outbox, one of which stands still, put nothing into the stream twice.
func testPausedRelay(t *testing.T, open Open) {
	for name, known := range map[string]bool{"first events": false, "known documents": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			js, err := jetstream.New(testenv.NATS(t))
			if err != nil {
				t.Fatal(err)
			}
			s, client := fresh(t, open), newClient()
			var ids []string
			for range 5 {
				ids = append(ids, create(t, s, client, noon, printer).ID)
			}
			outboxtest.PausedRelay(t, js, events.TicketStream, s, ids, known, func() (last int) {
				for _, id := range ids {
					last = update(t, s, id, func(tk *ticket.Ticket) {
						if err := tk.Edit(stamp(client, noon), ticket.Edit{Message: to("Still")}, 0); err != nil {
							t.Error(err)
						}
					}).Version
				}
				return last
			})
		})
	}
}
