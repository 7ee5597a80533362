package main_test

import (
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
)

// The command writes, the running service publishes, and a stream that was lost has everybody again.
func TestRebuildBesideTheService(t *testing.T) {
	conn := testenv.NATS(t)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	s := authtest.Start(t, func(_ *auth.Config, deps *auth.Deps) { deps.NATS = conn })
	set(t, s.Config)
	s.SignUp(t, "client@example.com")
	count := func() (msgs uint64) {
		if stream, err := js.Stream(t.Context(), events.UserStream); err == nil {
			msgs = stream.CachedInfo().State.Msgs
		}
		return msgs
	}
	authtest.Eventually(t, "the event is published", func() bool { return count() == 1 })
	stream, err := js.Stream(t.Context(), events.UserStream)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out, err := auths(t, "events rebuild"); err != nil || !strings.HasPrefix(out, "1 users are announced") {
		t.Fatalf("%q, %v", out, err)
	}
	authtest.Eventually(t, "the user is published again", func() bool { return count() == 1 })
	m, err := stream.GetLastMsgForSubject(t.Context(), "crm.user.updated.*")
	if err != nil {
		t.Fatal(err)
	}
	if e, err := events.Decode[events.UserUpdated](m.Data); err != nil || e.Sequence != 1 || e.User.Email != "client@example.com" {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := auths(t, "events rebuild now"); err == nil || !strings.Contains(err.Error(), "usage") {
		t.Errorf("got %v", err)
	}
}
