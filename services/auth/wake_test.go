package auth_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
)

// What the service changes comes into the stream sooner than a sweep could bring it: that of a store which several
// processes share leaves alone what is younger than a second. A busy machine gets several tries.
func TestChangesDoNotWaitForTheSweep(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	js, err := jetstream.New(conn)
	must(t, err)
	s := authtest.Start(t, inMongoDB(testenv.MongoDB(t)), func(_ *auth.Config, deps *auth.Deps) { deps.NATS = conn })
	for i := range 20 {
		user, took := s.SignUp(t, fmt.Sprintf("client-%d@example.com", i)), time.Duration(0)
		authtest.Eventually(t, "the event is published", func() (there bool) {
			took, there = delay(t, js, "crm.user.registered."+user.ID)
			return there
		})
		if took < time.Second {
			return
		}
	}
	t.Error("each of 20 waited for the sweep")
}

// delay is how long after the change its event came into the stream.
func delay(t *testing.T, js jetstream.JetStream, subject string) (took time.Duration, there bool) {
	t.Helper()
	stream, err := js.Stream(t.Context(), events.UserStream)
	if err != nil {
		return 0, false
	}
	msg, err := stream.GetLastMsgForSubject(t.Context(), subject)
	if err != nil {
		return 0, false
	}
	var e events.Envelope
	must(t, json.Unmarshal(msg.Data, &e))
	at, err := time.Parse(time.RFC3339, e.Time)
	must(t, err)
	return msg.Time.Sub(at), true
}
