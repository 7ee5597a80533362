package embedded_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus/embedded"
	"crm.example/pkg/events"
)

const soon = 10 * time.Second

// aStranger is somebody on the port without credentials; what the server refuses comes out of refusals.
func aStranger(t *testing.T, s *embedded.Server) (js jetstream.JetStream, refusals chan error) {
	t.Helper()
	refusals = make(chan error, 100)
	conn, err := nats.Connect(s.URL(), nats.PermissionErrOnSubscribe(true),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refusals <- err }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if js, err = jetstream.New(conn); err != nil {
		t.Fatal(err)
	}
	return js, refusals
}

func wantRefusal(t *testing.T, subject string, refusals <-chan error) {
	t.Helper()
	select {
	case <-refusals:
	case <-time.After(soon):
		t.Fatalf("%s was not refused", subject)
	}
}

func TestStrangerSubscribes(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "127.0.0.1:0")
	js := service(t, s)
	their, _ := aStranger(t, s)
	sub, err := their.Conn().SubscribeSync("crm.>")
	if err != nil {
		t.Fatal(err)
	}
	if err := their.Conn().Flush(); err != nil {
		t.Fatal(err)
	}
	publish(t, js, "crm.ticket.created.c.t", "hello")
	m, err := sub.NextMsg(soon)
	if err != nil || m.Subject != "crm.ticket.created.c.t" || string(m.Data) != "hello" {
		t.Errorf("got %v, %v", m, err)
	}
}

func TestStrangerHasDurableConsumers(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "127.0.0.1:0")
	js := service(t, s)
	for i := range 4 {
		publish(t, js, "crm.ticket.created.c.t", fmt.Sprint(i))
	}
	for half := range 2 { // the second connection goes on where the first stopped
		their, _ := aStranger(t, s)
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

func TestStrangerReadsInOrder(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "127.0.0.1:0")
	js := service(t, s)
	publish(t, js, "crm.user.registered.u", "one")
	their, _ := aStranger(t, s)
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
	if m, err := stream.GetLastMsgForSubject(t.Context(), "crm.user.*.u"); err != nil || string(m.Data) != "one" {
		t.Errorf("last message: %v, %v", m, err)
	}
}
