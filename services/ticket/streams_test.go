package ticket_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
	"crm.example/services/ticket"
)

// A stream that cannot be as it must be makes the service unready, in a sentence. Requests work, their events wait, and
// all is well by itself once somebody has mended it.
func TestUnfitStreamIsToldByReadyz(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	unfit := jetstream.StreamConfig{Name: events.TicketStream, Subjects: []string{events.TicketSubjects}, DenyPurge: true}
	if _, err := js.CreateStream(t.Context(), unfit); err != nil {
		t.Fatal(err)
	}
	s := newSiteWith(t, conn, func(cfg *ticket.Config) { cfg.StreamMaxBytes, cfg.StreamReplicas = 1<<30, 1 })
	s.run()
	eventually(t, "unready", func() bool {
		answer := s.call(user{}, "GET", "/readyz", "")
		return answer.status == http.StatusServiceUnavailable && strings.Contains(string(answer.body), "CRM_TICKETS denies to be purged")
	})
	s.open(s.login("client", "Client One"))
	if err := js.DeleteStream(t.Context(), events.TicketStream); err != nil {
		t.Fatal(err)
	}
	eventually(t, "ready", func() bool { return s.call(user{}, "GET", "/readyz", "").status == http.StatusOK })
	published(t, conn, 1)
	if stream, err := js.Stream(t.Context(), events.TicketStream); err != nil || stream.CachedInfo().Config.MaxBytes != 1<<30 {
		t.Errorf("%+v, %v", stream, err)
	}
}

// A stream that was lost has every ticket again, as it is, and goes on from there.
func TestRebuildAfterALostStream(t *testing.T) {
	t.Parallel()
	for name, store := range stores {
		t.Run(name, func(t *testing.T) { t.Parallel(); rebuild(t, store(t)) })
	}
}

func rebuild(t *testing.T, store func(*ticket.Config)) {
	conn := testenv.NATS(t)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	var cfg ticket.Config
	s := newSiteWith(t, conn, store, func(c *ticket.Config) { cfg = *c })
	s.run()
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	id := s.open(client).ID
	s.call(agent, "PUT", "/v1/ticket/"+id, `{"message": "Run"}`).ticket(http.StatusOK)
	published(t, conn, 2)
	if err := js.DeleteStream(t.Context(), events.TicketStream); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if n, err := ticket.Rebuild(t.Context(), cfg); err != nil || n > 1 {
			t.Fatalf("announced %d, %v", n, err)
		}
	}
	s.call(agent, "PATCH", "/v1/ticket/close-ticket/"+id, "").ticket(http.StatusOK)
	all := published(t, conn, 2)
	restated := all[0].data
	if len(all) != 2 || all[0].subject != "crm.ticket.updated."+client.id+"."+id || all[0].envelope.Sequence != "0000000002" || all[1].envelope.Sequence != "0000000003" {
		t.Errorf("published %+v", all)
	}
	if restated.Actor != (events.Actor{}) || restated.Changed != nil || restated.Message != nil || restated.Ticket.MessageCount != 2 || restated.Ticket.Status != "pending-client" {
		t.Errorf("restated %+v", restated)
	}
}
