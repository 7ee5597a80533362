package strangertest

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/admission"
	"crm.example/pkg/events"
)

// JetStream listens for acknowledgements on a second, longer subject, with a hash of the account's name in it.
func acknowledgesNoErasure(t *testing.T, s Server) {
	owner := s.owner(t, events.UserStream)
	waiting := func() int {
		erasure, err := owner.CreateConsumer(t.Context(), events.UserStream, jetstream.ConsumerConfig{Durable: "ticket-erasure", AckPolicy: jetstream.AckExplicitPolicy})
		if err != nil {
			t.Fatal(err)
		}
		return erasure.CachedInfo().NumWaiting
	}
	waiting()
	their, _ := s.stranger(t)
	inbox := their.Conn().NewInbox()
	if _, err := their.Conn().SubscribeSync(inbox); err != nil {
		t.Fatal(err)
	}
	for _, account := range []string{"SERVICES", "AUTH"} {
		subject := "$JS.ACK._." + hash(account) + ".CRM_USERS.ticket-erasure.1.1.1.1.0"
		if err := their.Conn().PublishRequest(subject, inbox, []byte(`+NXT {"batch":1}`)); err != nil {
			t.Fatal(err)
		}
	}
	if err := their.Conn().Flush(); err != nil {
		t.Fatal(err)
	}
	for range 20 { // what is refused leaves no trace to wait for
		if waiting() > 0 {
			t.Fatal("a stranger waits in the place of the ticket service")
		}
	}
}

// hash is how nats-server shortens the names of accounts.
func hash(name string) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	sum := sha256.Sum256([]byte(name))
	short := make([]byte, 8)
	for i := range short {
		short[i] = digits[int(sum[i])%len(digits)]
	}
	return string(short)
}

// Who follows a stream for a live feed must go on to be sent all of it.
func changesNoFollower(t *testing.T, s Server) {
	follower := jetstream.ConsumerConfig{Name: admission.ServicePrefix + "1", AckPolicy: jetstream.AckNonePolicy}
	if _, err := s.owner(t, events.TicketStream).CreateConsumer(t.Context(), events.TicketStream, follower); err != nil {
		t.Fatal(err)
	}
	their, _ := s.stranger(t)
	stream, err := their.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for name := range stream.ConsumerNames(t.Context()).Name() {
		found++
		follower, err := stream.Consumer(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		other := follower.CachedInfo().Config
		other.FilterSubject = "crm.ticket.deleted.none.none"
		if _, err := stream.UpdateConsumer(t.Context(), other); err == nil {
			t.Error("a stranger has changed what a service follows")
		}
	}
	if found != 1 {
		t.Errorf("%d consumers, want that of the service", found)
	}
}

// A paused consumer would keep whoever takes it for theirs from every event, and no change of it ends the pause.
func pausesNoConsumer(t *testing.T, s Server) {
	their, _ := s.stranger(t)
	later := time.Now().Add(time.Hour)
	for _, odd := range []jetstream.ConsumerConfig{
		{Durable: "mailer", PauseUntil: &later},
		{Durable: "mailer", PriorityPolicy: jetstream.PriorityPolicyPinned, PriorityGroups: []string{"theirs"}, PinnedTTL: time.Hour},
	} {
		if _, err := their.CreateConsumer(t.Context(), events.TicketStream, odd); err == nil {
			t.Errorf("%+v was made", odd)
		}
	}
}
