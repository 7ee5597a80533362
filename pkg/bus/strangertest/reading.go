package strangertest

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

func subscribes(t *testing.T, s Server) {
	their, _ := s.stranger(t)
	sub, err := their.Conn().SubscribeSync("crm.>")
	if err != nil {
		t.Fatal(err)
	}
	if err := their.Conn().Flush(); err != nil {
		t.Fatal(err)
	}
	s.publish(t, events.TicketStream, "crm.ticket.created.c.t", "hello")
	m, err := sub.NextMsg(soon)
	if err != nil || m.Subject != "crm.ticket.created.c.t" || string(m.Data) != "hello" {
		t.Errorf("got %v, %v", m, err)
	}
}

func hasDurables(t *testing.T, s Server) {
	for i := range 4 {
		s.publish(t, events.TicketStream, "crm.ticket.created.c.t", fmt.Sprint(i))
	}
	for half := range 2 { // the second connection goes on where the first stopped
		their, _ := s.stranger(t)
		consumer, err := their.CreateOrUpdateConsumer(t.Context(), events.TicketStream, jetstream.ConsumerConfig{
			Durable: "mailer", FilterSubject: "crm.ticket.created.>", AckPolicy: jetstream.AckExplicitPolicy,
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			m, err := consumer.Next(jetstream.FetchMaxWait(soon))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := m.Subject()+string(m.Data()), fmt.Sprint("crm.ticket.created.c.t", half*2+i); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if err := m.DoubleAck(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		their.Conn().Close()
	}
}

func readsInOrder(t *testing.T, s Server) {
	s.publish(t, events.UserStream, "crm.user.registered.u", "one")
	their, _ := s.stranger(t)
	stream, err := their.Stream(t.Context(), events.UserStream)
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := stream.OrderedConsumer(t.Context(), jetstream.OrderedConsumerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if m, err := consumer.Next(jetstream.FetchMaxWait(soon)); err != nil || string(m.Data()) != "one" {
		t.Errorf("got %v, %v", m, err)
	}
}

func readsBySequence(t *testing.T, s Server) {
	for stream, subject := range map[string]string{events.UserStream: "crm.user.registered.u", events.TicketStream: "crm.ticket.created.c.t"} {
		s.publish(t, stream, subject, "one")
		their, _ := s.stranger(t)
		is, err := their.Stream(t.Context(), stream)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := is.GetMsg(t.Context(), 1); err != nil || string(m.Data) != "one" {
			t.Errorf("the first message: %v, %v", m, err)
		}
		if m, err := is.GetLastMsgForSubject(t.Context(), "crm.*.*.>"); err != nil || string(m.Data) != "one" {
			t.Errorf("the last message: %v, %v", m, err)
		}
	}
}

func seesOnlyEvents(t *testing.T, s Server) {
	their, refusals := s.stranger(t)
	for _, subject := range []string{">", "_SERVICE.>", "_INBOX_auth.>", "$JS.>", "$SYS.>", "guard.>", "dead.>"} {
		if _, err := their.Conn().SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, subject, refusals)
	}
}
