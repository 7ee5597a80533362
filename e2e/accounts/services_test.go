package accounts_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
)

// subjectOf is an event of a stream's own, or a dead letter.
var subjectOf = map[string]string{
	events.UserStream: "crm.user.updated.u", events.UserDeadStream: "dead.user.mailer.u",
	events.TicketStream: "crm.ticket.created.c.t", events.TicketDeadStream: "dead.ticket.mailer.c.t",
}

var verbOf = map[string]string{events.UserStream: "updated", events.TicketStream: "created"}

// An owner keeps its streams in line (makeStreams), publishes, looks where its stream ends, and forgets.
func TestOwnersKeepTheirStreams(t *testing.T) {
	t.Parallel()
	s := start(t)
	makeStreams(t, s)
	for _, stream := range []string{events.UserStream, events.TicketStream} {
		js, refusals := as(t, s, owners[stream])
		_, err := js.Publish(t.Context(), subjectOf[stream], []byte("kept"))
		check(t, err)
		is, err := js.Stream(t.Context(), stream)
		check(t, err)
		_, err = is.Info(t.Context(), jetstream.WithSubjectFilter(">"))
		check(t, err)
		if m, err := is.GetLastMsgForSubject(t.Context(), "crm.*.*.>"); err != nil || string(m.Data) != "kept" {
			t.Errorf("the last of %s: %v, %v", stream, m, err)
		}
		check(t, is.Purge(t.Context(), jetstream.WithPurgeSubject("crm.*.x.>"), jetstream.WithPurgeSequence(2)))
		letter, _ := as(t, s, "consumer")
		_, err = letter.Publish(t.Context(), subjectOf[stream+"_DEAD"], []byte("letter"))
		check(t, err)
		check(t, streams.Forget(t.Context(), js, stream, strings.Replace(subjectOf[stream], verbOf[stream], "*", 1)))
		check(t, streams.ForgetDead(t.Context(), js, stream+"_DEAD", subjectOf[stream+"_DEAD"]))
		for _, name := range []string{stream, stream + "_DEAD"} {
			if is, err := js.Stream(t.Context(), name); err != nil || is.CachedInfo().State.Msgs != 0 {
				t.Errorf("%s still holds something, %v", name, err)
			}
		}
		wantNone(t, refusals)
	}
}

// The live feed reads by consumers of its own.
func TestTicketFollowsItsStream(t *testing.T) {
	t.Parallel()
	s := start(t)
	makeStreams(t, s)
	js, refusals := as(t, s, "ticket")
	_, err := js.Publish(t.Context(), subjectOf[events.TicketStream], []byte("live"))
	check(t, err)
	ordered, err := js.OrderedConsumer(t.Context(), events.TicketStream, jetstream.OrderedConsumerConfig{})
	check(t, err)
	if m, err := ordered.Next(jetstream.FetchMaxWait(soon)); err != nil || string(m.Data()) != "live" {
		t.Errorf("%v, %v", m, err)
	}
	check(t, js.DeleteConsumer(t.Context(), events.TicketStream, ordered.CachedInfo().Name))
	wantNone(t, refusals)
}

// The ticket service learns of users and of deleted accounts through the prefix of TICKET_USERS_API.
func TestTicketLearnsOfUsers(t *testing.T) {
	t.Parallel()
	for durable, subjects := range map[string]string{"ticket-erasure": "crm.user.deleted.*", "ticket-people": "crm.user.>"} {
		t.Run(durable, func(t *testing.T) {
			t.Parallel()
			learnsOfUsers(t, durable, subjects)
		})
	}
}

func learnsOfUsers(t *testing.T, name, subjects string) {
	s := start(t)
	makeStreams(t, s)
	auth, _ := as(t, s, "auth")
	_, err := auth.Publish(t.Context(), "crm.user.deleted.u", []byte("gone"))
	check(t, err)
	own, refusals := as(t, s, "ticket")
	js, err := jetstream.NewWithAPIPrefix(own.Conn(), "users.JS.API")
	check(t, err)
	is, err := js.Stream(t.Context(), events.UserStream)
	check(t, err)
	durable, err := is.CreateOrUpdateConsumer(t.Context(), jetstream.ConsumerConfig{
		Durable: name, FilterSubject: subjects, AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 1,
	})
	check(t, err)
	m, err := durable.Next(jetstream.FetchMaxWait(soon))
	if err != nil || string(m.Data()) != "gone" {
		t.Fatalf("%v, %v", m, err)
	}
	if kept, err := is.GetMsg(t.Context(), 1); err != nil || string(kept.Data) != "gone" { // by which it asks whether an event in hand was erased
		t.Errorf("%v, %v", kept, err)
	}
	check(t, m.DoubleAck(t.Context()))
	_, err = js.Publish(t.Context(), "dead.user."+name+".u", []byte("set aside"), jetstream.WithExpectStream(events.UserDeadStream))
	check(t, err)
	if _, err := js.Consumer(t.Context(), events.UserDeadStream, name); err == nil {
		t.Error("there is an order to deliver dead letters again")
	}
	wantNone(t, refusals)
}

// It may not do more than that to users' events, and neither service forges the other's.
func TestServicesKeepApart(t *testing.T) {
	t.Parallel()
	s := start(t)
	makeStreams(t, s)
	for user, subjects := range map[string][]string{
		"auth": {"crm.ticket.created.c.t", "dead.ticket.mailer.c.t", "dead.user.mailer.u", "$JS.API.STREAM.DELETE.CRM_USERS", "$JS.API.STREAM.PURGE.CRM_TICKETS", "$JS.API.CONSUMER.MSG.NEXT.CRM_USERS.mailer"},
		"ticket": {"crm.user.deleted.u", "dead.user.mailer.u", "$JS.API.STREAM.DELETE.CRM_TICKETS", "$JS.API.STREAM.PURGE.CRM_USERS",
			"$JS.API.STREAM.CREATE.THEIRS", "$JS.ACK.CRM_USERS.mailer.1.1.1.1.1"},
	} {
		js, refusals := as(t, s, user)
		for _, subject := range subjects {
			check(t, js.Conn().Publish(subject, nil))
			select {
			case <-refusals:
			case <-time.After(soon):
				t.Errorf("%s may publish %s", user, subject)
			}
		}
	}
	nobody(t, s)
}

// nobody answers the ticket service where it asks for more of the users' events.
func nobody(t *testing.T, s interface{ ClientURL() string }) {
	t.Helper()
	conn, err := nats.Connect(s.ClientURL(), nats.UserInfo("ticket", "p"), nats.CustomInboxPrefix("_INBOX_ticket"))
	check(t, err)
	defer conn.Close()
	for _, api := range []string{"STREAM.PURGE.CRM_USERS", "STREAM.DELETE.CRM_USERS", "CONSUMER.CREATE.CRM_USERS.mailer", "CONSUMER.MSG.NEXT.CRM_USERS.mailer", "CONSUMER.DELETE.CRM_USERS.mailer"} {
		ctx, cancel := context.WithTimeout(t.Context(), soon)
		if m, err := conn.RequestWithContext(ctx, "users.JS.API."+api, []byte("{}")); err != nats.ErrNoResponders {
			t.Errorf("%s: %v, %v", api, m, err)
		}
		cancel()
	}
}

func wantNone(t *testing.T, refusals <-chan error) {
	t.Helper()
	select {
	case err := <-refusals:
		t.Error(err)
	default:
	}
}
