package strangertest

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// What a consumer cannot handle it sets aside, and has delivered again when an operator says so.
func setsDeadLettersAside(t *testing.T, s Server) {
	their, _ := s.stranger(t)
	for stream, subject := range map[string]string{events.TicketDeadStream: "dead.ticket.mailer.c.t", events.UserDeadStream: "dead.user.mailer.u"} {
		ack, err := their.Publish(t.Context(), subject, []byte("letter"), jetstream.WithExpectStream(stream))
		if err != nil || ack.Stream != stream {
			t.Fatalf("%s: %v, %v", subject, ack, err)
		}
		consumer, err := their.CreateConsumer(t.Context(), stream, jetstream.ConsumerConfig{Durable: "mailer", AckPolicy: jetstream.AckExplicitPolicy})
		if err != nil {
			t.Fatal(err)
		}
		m, err := consumer.Next(jetstream.FetchMaxWait(soon))
		if err != nil || string(m.Data()) != "letter" {
			t.Fatalf("%s: %v, %v", stream, m, err)
		}
		if err := m.DoubleAck(t.Context()); err != nil {
			t.Error(err)
		}
		if err := their.DeleteConsumer(t.Context(), stream, "mailer"); err != nil {
			t.Error(err)
		}
	}
}

// Letters on other subjects would be found by no erasure.
func setsNothingElseAside(t *testing.T, s Server) {
	their, refusals := s.stranger(t)
	for _, subject := range []string{"dead.ticket.x", "dead.ticket.mailer.c", "dead.ticket.mailer.c.t.x", "dead.user.mailer", "dead.user.mailer.u.x", "dead.x.mailer.u"} {
		if err := their.Conn().Publish(subject, []byte("letter")); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, subject, refusals)
	}
	s.wantMessages(t, events.TicketDeadStream, 0)
	s.wantMessages(t, events.UserDeadStream, 0)
}

// Whoever could read in the place of the ticket service would keep it from erasing, or from learning who is an agent; whoever
// could write its dead letters would make it erase others' tickets, or take anybody for an agent.
func leavesTheTicketServiceAlone(t *testing.T, s Server) {
	leavesAlone(t, s, "ticket-erasure", "crm.user.deleted.*")
	leavesAlone(t, s, "ticket-people", "crm.user.>")
}

func leavesAlone(t *testing.T, s Server, durable, subjects string) {
	their, refusals := s.stranger(t)
	refused := []string{"dead.user." + durable + ".u", "$JS.API.CONSUMER.CREATE.CRM_USERS." + durable + "." + subjects}
	for _, stream := range []string{events.UserStream, events.UserDeadStream} {
		for _, api := range []string{"$JS.API.CONSUMER.INFO.", "$JS.API.CONSUMER.DELETE.", "$JS.API.CONSUMER.MSG.NEXT.", "$JS.API.CONSUMER.CREATE.", "$JS.API.CONSUMER.DURABLE.CREATE."} {
			refused = append(refused, api+stream+"."+durable)
		}
		refused = append(refused, "$JS.ACK."+stream+"."+durable+".1.1.1.1.1")
	}
	for _, subject := range refused {
		if err := their.Conn().PublishRequest(subject, their.Conn().NewInbox(), []byte("{}")); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, subject, refusals)
	}
	s.wantMessages(t, events.UserDeadStream, 0)
}
