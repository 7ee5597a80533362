package embedded_test

import (
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

func TestStrangerPublishesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "127.0.0.1:0")
	js := service(t, s)
	their, refusals := aStranger(t, s)
	subjects := []string{"crm.ticket.created.c.t", "crm.user.registered.u", "crm.x", "guard.CREATE.CRM_USERS", "_SERVICE.x", "_INBOX.x", "$SYS.REQ.SERVER.PING"}
	for _, subject := range subjects {
		if err := their.Conn().Publish(subject, nil); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, subject, refusals)
	}
	if n := count(t, js, events.TicketStream) + count(t, js, events.UserStream); n != 0 {
		t.Errorf("%d events were forged", n)
	}
}

func TestStrangerSeesOnlyEvents(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "127.0.0.1:0")
	their, refusals := aStranger(t, s)
	for _, subject := range []string{">", "_SERVICE.>", "$JS.>", "$SYS.>", "guard.>"} {
		if _, err := their.Conn().SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, subject, refusals)
	}
}

// An answer that the server sends to a subject of the stranger's choice must not become an event.
func TestStrangerForgesNoEventThroughAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "127.0.0.1:0")
	js := service(t, s)
	publish(t, js, "crm.ticket.created.c.t", "true")
	their, _ := aStranger(t, s)
	if _, err := their.CreateConsumer(t.Context(), events.TicketStream, jetstream.ConsumerConfig{Durable: "mailer"}); err != nil {
		t.Fatal(err)
	}
	own, err := their.Conn().SubscribeSync("crm.user.>")
	if err != nil {
		t.Fatal(err)
	}
	for subject, body := range map[string]string{
		"$JS.API.CONSUMER.MSG.NEXT.CRM_TICKETS.mailer": `{"batch":1,"expires":5000000000}`,
		"$JS.API.STREAM.INFO.CRM_TICKETS":              "",
		"$JS.API.DIRECT.GET.CRM_TICKETS":               `{"seq":1}`,
	} {
		if err := their.Conn().PublishRequest(subject, "crm.user.registered.forged", []byte(body)); err != nil {
			t.Fatal(err)
		}
		if _, err := own.NextMsg(soon); err != nil { // it comes to nobody but strangers
			t.Fatal(subject, err)
		}
	}
	if n := count(t, js, events.UserStream); n != 0 {
		t.Errorf("%d events were forged", n)
	}
}

func TestStrangerHasNoPushConsumer(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "127.0.0.1:0")
	js := service(t, s)
	publish(t, js, "crm.ticket.created.c.t", "true")
	their, _ := aStranger(t, s)
	old, err := their.Conn().JetStream()
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"crm.user.registered.forged", "$JS.API.STREAM.DELETE.CRM_USERS", "_INBOX.x"} {
		for _, durable := range []string{"", "evil"} {
			if _, err := old.AddConsumer(events.TicketStream, &nats.ConsumerConfig{Durable: durable, DeliverSubject: target}); err == nil {
				t.Errorf("a consumer %q that delivers to %s was made", durable, target)
			}
		}
	}
	if n := count(t, js, events.UserStream); n != 0 {
		t.Errorf("%d events were forged", n)
	}
}

func TestStrangerChangesNoStream(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "127.0.0.1:0")
	js := service(t, s)
	publish(t, js, "crm.ticket.created.c.t", "kept")
	their, _ := aStranger(t, s)
	stream, err := their.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	tries := map[string]func() error{
		"purge":  func() error { return stream.Purge(ctx) },
		"erase":  func() error { return stream.SecureDeleteMsg(ctx, 1) },
		"delete": func() error { return their.DeleteStream(ctx, events.TicketStream) },
		"update": func() error {
			_, err := their.UpdateStream(ctx, jetstream.StreamConfig{Name: events.TicketStream, MaxMsgs: 1})
			return err
		},
		"create": func() error {
			_, err := their.CreateStream(ctx, jetstream.StreamConfig{Name: "THEIRS", Subjects: []string{"crm.>"}})
			return err
		},
	}
	for name, try := range tries {
		if try() == nil {
			t.Errorf("a stranger may %s", name)
		}
	}
	if n := count(t, js, events.TicketStream); n != 1 {
		t.Errorf("%d events are left, want 1", n)
	}
}
