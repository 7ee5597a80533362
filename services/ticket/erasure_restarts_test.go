package ticket_test

import (
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

// However often the service ended with the deletion in hand, while its store was away say, the deletion counts.
func TestDeletionThatManyRestartsInterrupted(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	s := newSiteWith(t, conn)
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	s.open(client)
	deleteAccount(t, conn, client)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	if err := streams.Ensure(t.Context(), js, streams.Of(events.UserDeadStream, 0)); err != nil {
		t.Fatal(err)
	}
	interrupted, err := js.CreateConsumer(t.Context(), events.UserStream, jetstream.ConsumerConfig{
		Durable: "ticket-erasure", FilterSubject: "crm.user.deleted.*", AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 17 {
		msg, err := interrupted.Next()
		if err == nil {
			err = msg.Nak()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s.run()
	eventually(t, "the ticket is gone", func() bool { return len(s.all(agent, "")) == 0 })
	if letters := verbsIn(t, conn, events.UserDeadStream, ">"); len(letters) != 0 {
		t.Errorf("dead letters of %v", letters)
	}
}

// A durable that somebody made useless ends nothing for good.
func TestDeletionsAreHeardOnceTheDurableIsMended(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	s := newSiteWith(t, conn)
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	s.open(client)
	deleteAccount(t, conn, client)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	const looks = 4 // two of a try, at most
	useless := jetstream.ConsumerConfig{Durable: "ticket-erasure", AckPolicy: jetstream.AckNonePolicy}
	if _, err := js.CreateConsumer(t.Context(), events.UserStream, useless); err != nil {
		t.Fatal(err)
	}
	looked := make(chan *nats.Msg, 100)
	if _, err := conn.ChanSubscribe("$JS.API.CONSUMER.*.CRM_USERS.ticket-erasure.>", looked); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ChanSubscribe("$JS.API.CONSUMER.*.CRM_USERS.ticket-erasure", looked); err != nil {
		t.Fatal(err)
	}
	s.run()
	eventually(t, "the service has looked at it again", func() bool { return len(looked) >= looks })
	if err := js.DeleteConsumer(t.Context(), events.UserStream, useless.Durable); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the ticket is gone", func() bool { return len(s.all(agent, "")) == 0 })
}
