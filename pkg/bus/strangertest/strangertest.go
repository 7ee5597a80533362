// Package strangertest is what a NATS server must let strangers do to the events, and what not: those who read and
// handle them without being a service. Every set of accounts passes it.
package strangertest

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
)

const soon = 10 * time.Second

// Server is one to test.
type Server struct {
	// Owner is connected as the service that owns a stream.
	Owner func(t *testing.T, stream string) *nats.Conn
	// Stranger is connected as anybody who handles events.
	Stranger func(t *testing.T, options ...nats.Option) *nats.Conn
}

// subjects are what each stream keeps.
var subjects = map[string]string{
	events.TicketStream: events.TicketSubjects, events.TicketDeadStream: events.TicketDeadSubjects,
	events.UserStream: events.UserSubjects, events.UserDeadStream: events.UserDeadSubjects,
}

// Run tests a server that start begins anew for each part.
func Run(t *testing.T, start func(t *testing.T) Server) {
	for name, test := range map[string]func(*testing.T, Server){
		"subscribes":                      subscribes,
		"has durables":                    hasDurables,
		"reads in order":                  readsInOrder,
		"reads by sequence":               readsBySequence,
		"sees only events":                seesOnlyEvents,
		"publishes nothing":               publishesNothing,
		"forges nothing by answers":       forgesNothingByAnswers,
		"has no push consumer":            hasNoPushConsumer,
		"has no consumer by another name": hasNoConsumerByAnotherName,
		"changes no stream":               changesNoStream,
		"makes no huge consumer":          makesNoHugeConsumer,
		"makes no consumer too many":      makesNoConsumerTooMany,
		"sets dead letters aside":         setsDeadLettersAside,
		"sets nothing else aside":         setsNothingElseAside,
		"leaves the ticket service alone": leavesTheTicketServiceAlone,
		"acknowledges no erasure":         acknowledgesNoErasure,
		"changes no follower":             changesNoFollower,
		"pauses no consumer":              pausesNoConsumer,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.makeStreams(t)
			test(t, s)
		})
	}
}

func (s Server) makeStreams(t *testing.T) {
	t.Helper()
	for name := range subjects {
		if err := streams.Ensure(t.Context(), s.owner(t, name), streams.Of(name, 0)); err != nil {
			t.Fatal(err)
		}
	}
}

func (s Server) owner(t *testing.T, stream string) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(s.Owner(t, stream))
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// stranger is a new connection; what the server refuses it comes out of refusals.
func (s Server) stranger(t *testing.T) (js jetstream.JetStream, refusals chan error) {
	t.Helper()
	refusals = make(chan error, 100)
	conn := s.Stranger(t, nats.PermissionErrOnSubscribe(true),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refusals <- err }))
	js, err := jetstream.New(conn)
	if err != nil {
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

// publish does so as the services do.
func (s Server) publish(t *testing.T, stream, subject, body string) {
	t.Helper()
	if _, err := s.owner(t, stream).Publish(t.Context(), subject, []byte(body)); err != nil {
		t.Fatal(err)
	}
}

// wantMessages is how many messages a stream must hold.
func (s Server) wantMessages(t *testing.T, stream string, want uint64) {
	t.Helper()
	is, err := s.owner(t, stream).Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	if n := is.CachedInfo().State.Msgs; n != want {
		t.Errorf("%s holds %d messages, want %d", stream, n, want)
	}
}
