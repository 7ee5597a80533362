package auth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
)

// A stream that cannot be as it must be makes the service unready, in a sentence. Requests work, their events wait, and
// all is well by itself once somebody has mended it.
func TestUnfitStreamIsToldByReadyz(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	unfit := jetstream.StreamConfig{Name: events.UserStream, Subjects: []string{events.UserSubjects}, Storage: jetstream.MemoryStorage}
	if _, err := js.CreateStream(t.Context(), unfit); err != nil {
		t.Fatal(err)
	}
	s := authtest.Start(t, func(_ *auth.Config, deps *auth.Deps) { deps.NATS = conn })
	authtest.Eventually(t, "unready", func() bool {
		answer := s.Do(http.MethodGet, "/readyz", nil)
		return answer.Status == http.StatusServiceUnavailable && strings.Contains(string(answer.Body), "CRM_USERS is kept in memory")
	})
	s.SignUp(t, "client@example.com")
	if err := js.DeleteStream(t.Context(), events.UserStream); err != nil {
		t.Fatal(err)
	}
	authtest.Eventually(t, "ready", func() bool { return s.Do(http.MethodGet, "/readyz", nil).Status == http.StatusOK })
	authtest.Eventually(t, "the event is published", func() bool {
		stream, err := js.Stream(t.Context(), events.UserStream)
		return err == nil && stream.CachedInfo().State.Msgs == 1
	})
}

func TestStreamLimitsOfTheSettings(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	authtest.Start(t, func(cfg *auth.Config, deps *auth.Deps) {
		deps.NATS, cfg.StreamMaxBytes, cfg.StreamReplicas = conn, 1<<30, 1
	})
	authtest.Eventually(t, "the stream is made", func() bool {
		stream, err := js.Stream(t.Context(), events.UserStream)
		return err == nil && stream.CachedInfo().Config.MaxBytes == 1<<30
	})
}
