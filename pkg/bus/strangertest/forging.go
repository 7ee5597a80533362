package strangertest

import (
	"encoding/json"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

func publishesNothing(t *testing.T, s Server) {
	their, refusals := s.stranger(t)
	for _, subject := range []string{
		"crm.ticket.created.c.t", "crm.user.registered.u", "crm.x", "guard.CREATE.CRM_USERS", "_SERVICE.x", "_INBOX.x",
		"_INBOX_auth.x", "users.JS.API.STREAM.INFO.CRM_USERS", "$SYS.REQ.SERVER.PING",
	} {
		if err := their.Conn().Publish(subject, nil); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, subject, refusals)
	}
	for stream := range subjects {
		s.wantMessages(t, stream, 0)
	}
}

// An answer that the server sends to a subject of the stranger's choice must not become an event.
func forgesNothingByAnswers(t *testing.T, s Server) {
	s.publish(t, events.TicketStream, "crm.ticket.created.c.t", "true")
	their, _ := s.stranger(t)
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
		"$JS.API.CONSUMER.CREATE.CRM_TICKETS":          `{}`,
		"dead.ticket.mailer.c.t":                       `{}`,
	} {
		if err := their.Conn().PublishRequest(subject, "crm.user.registered.forged", []byte(body)); err != nil {
			t.Fatal(err)
		}
		if _, err := own.NextMsg(soon); err != nil { // it comes to nobody but strangers
			t.Fatal(subject, err)
		}
	}
	s.wantMessages(t, events.UserStream, 0)
}

func hasNoPushConsumer(t *testing.T, s Server) {
	s.publish(t, events.TicketStream, "crm.ticket.created.c.t", "true")
	their, _ := s.stranger(t)
	old, err := their.Conn().JetStream()
	if err != nil {
		t.Fatal(err)
	}
	for stream := range subjects {
		for _, target := range []string{"crm.user.registered.forged", "crm.ticket.created.c.forged", "$JS.API.STREAM.DELETE.CRM_USERS", "_INBOX.x"} {
			for _, durable := range []string{"", "evil"} {
				if _, err := old.AddConsumer(stream, &nats.ConsumerConfig{Durable: durable, DeliverSubject: target}); err == nil {
					t.Errorf("a consumer %q of %s that delivers to %s was made", durable, stream, target)
				}
			}
		}
	}
	s.wantMessages(t, events.UserStream, 0)
	s.wantMessages(t, events.TicketStream, 1)
}

// Permissions tell durables apart by the subject, so the body must not say another name.
func hasNoConsumerByAnotherName(t *testing.T, s Server) {
	their, _ := s.stranger(t)
	for _, subject := range []string{"CREATE.CRM_USERS", "CREATE.CRM_USERS.mailer", "CREATE.CRM_USERS.mailer.crm.user.>", "DURABLE.CREATE.CRM_USERS.mailer"} {
		for _, member := range []string{"name", "durable_name", "Durable_Name"} {
			body := `{"stream_name":"CRM_USERS","config":{"` + member + `":"ticket-erasure","ack_policy":"explicit","filter_subject":"crm.user.>"}}`
			m, err := their.Conn().Request("$JS.API.CONSUMER."+subject, []byte(body), soon)
			var answer struct {
				Error *jetstream.APIError `json:"error"`
			}
			if err != nil || json.Unmarshal(m.Data, &answer) != nil || answer.Error == nil {
				t.Errorf("%s with %s: %v, %v", subject, member, m, err)
			}
		}
	}
	if _, err := s.owner(t, events.UserStream).Stream(t.Context(), events.UserStream); err != nil {
		t.Fatal(err)
	}
}

func changesNoStream(t *testing.T, s Server) {
	s.publish(t, events.TicketStream, "crm.ticket.created.c.t", "kept")
	their, _ := s.stranger(t)
	stream, err := their.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for name, try := range map[string]func() error{
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
	} {
		if try() == nil {
			t.Errorf("a stranger may %s", name)
		}
	}
	s.wantMessages(t, events.TicketStream, 1)
}
