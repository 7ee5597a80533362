package streams_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

// What was said of one client goes, also by a verb that nobody knows yet, but for its deletion; nobody else's does.
func TestForget(t *testing.T) {
	t.Parallel()
	js := testenv.JetStream(t, testenv.NATS(t))
	stream, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: events.TicketStream, Subjects: []string{events.TicketSubjects}})
	if err != nil {
		t.Fatal(err)
	}
	for _, client := range []string{"c1", "c2"} {
		for _, ticket := range []string{"t1", "t2"} {
			for _, verb := range []string{"created", "merged", "replied", "deleted"} {
				if _, err := js.Publish(t.Context(), fmt.Sprintf("crm.ticket.%s.%s.%s%s", verb, client, client, ticket), nil); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for range 2 {
		if err := streams.Forget(t.Context(), js, events.TicketStream, "crm.ticket.*.c1.*"); err != nil {
			t.Fatal(err)
		}
	}
	info, err := stream.Info(t.Context(), jetstream.WithSubjectFilter("crm.ticket.*.c1.*"))
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for subject := range info.State.Subjects {
		left = append(left, subject)
	}
	slices.Sort(left)
	if want := []string{"crm.ticket.deleted.c1.c1t1", "crm.ticket.deleted.c1.c1t2"}; !slices.Equal(left, want) || info.State.Msgs != 2+8 {
		t.Errorf("left are %v of %d messages, want %v of 10", left, info.State.Msgs, want)
	}
}

func TestForgetDead(t *testing.T) {
	t.Parallel()
	js := testenv.JetStream(t, testenv.NATS(t))
	if err := streams.ForgetDead(t.Context(), js, events.UserDeadStream, "dead.user.*.u1"); err != nil {
		t.Errorf("without the stream: %v", err)
	}
	stream, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: events.UserDeadStream, Subjects: []string{events.UserDeadSubjects}})
	if err != nil {
		t.Fatal(err)
	}
	for _, subject := range []string{"dead.user.mailer.u1", "dead.user.bot.u1", "dead.user.bot.u2"} {
		if _, err := js.Publish(t.Context(), subject, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := streams.ForgetDead(t.Context(), js, events.UserDeadStream, "dead.user.*.u1"); err != nil {
		t.Fatal(err)
	}
	if info, err := stream.Info(t.Context()); err != nil || info.State.Msgs != 1 {
		t.Errorf("%d dead letters are left of other users, want 1 (%v)", info.State.Msgs, err)
	}
}
