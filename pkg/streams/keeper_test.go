package streams_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

// keep runs what a service runs, with streams of that shape.
func keep(t *testing.T, conn *nats.Conn, shape func(*jetstream.StreamConfig), options ...jetstream.JetStreamOpt) *streams.Keeper {
	t.Helper()
	js, err := jetstream.New(conn, options...)
	if err != nil {
		t.Fatal(err)
	}
	want := streams.Of(events.TicketStream, 0)
	shape(&want)
	keeper := streams.NewKeeper(js, want, slog.New(slog.DiscardHandler))
	keeper.RetryEvery, keeper.CheckEvery = 5*time.Millisecond, 5*time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if keeper.Ensure(ctx) {
			keeper.Keep(ctx)
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	return keeper
}

// soon is how long a test waits for an answer that does not come.
const soon = 500 * time.Millisecond

func asItIs(*jetstream.StreamConfig) {}

func lacks(t *testing.T, s *streams.Keeper, words string) {
	t.Helper()
	testenv.Eventually(t, words, func() bool { err := s.Ready(); return err != nil && strings.Contains(err.Error(), words) })
}

// What cannot be applied is told in a sentence, and no longer once it can be.
func TestStreamsTellWhatTheyLackUntilItIsThere(t *testing.T) {
	t.Parallel()
	for words, is := range map[string]jetstream.StreamConfig{
		"kept in memory":      {Name: events.TicketStream, Subjects: []string{events.TicketSubjects}, Storage: jetstream.MemoryStorage},
		"denies to be purged": {Name: events.TicketStream, Subjects: []string{events.TicketSubjects}, DenyPurge: true},
		"overlap":             {Name: "OTHER", Subjects: []string{"crm.>"}},
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			conn := testenv.NATS(t)
			js := testenv.JetStream(t, conn)
			if _, err := js.CreateStream(t.Context(), is); err != nil {
				t.Fatal(err)
			}
			keeper := keep(t, conn, asItIs)
			lacks(t, keeper, words)
			if err := js.DeleteStream(t.Context(), is.Name); err != nil {
				t.Fatal(err)
			}
			testenv.Eventually(t, "ready", func() bool { return keeper.Ready() == nil })
		})
	}
}

func TestMoreReplicasThanServersAreTold(t *testing.T) {
	t.Parallel()
	lacks(t, keep(t, testenv.NATS(t), func(c *jetstream.StreamConfig) { c.Replicas = 3 }), "replicas > 1")
}

func TestMissingPermissionIsTold(t *testing.T) {
	t.Parallel()
	s := testenv.StartNATS(t, t.TempDir(), testenv.FreeAddress(t), func(o *server.Options) {
		o.Users = []*server.User{{Username: "ticket", Password: "ticket", Permissions: &server.Permissions{
			Publish: &server.SubjectPermission{Deny: []string{"$JS.API.STREAM.CREATE.>"}},
		}}}
	})
	conn := testenv.Connect(t, s.ClientURL(), nats.UserInfo("ticket", "ticket"), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	lacks(t, keep(t, conn, asItIs, jetstream.WithDefaultTimeout(soon)), "may not look up, create and update the stream CRM_TICKETS")
}

// A server of before 2.12 passes over the settings that it does not know.
func TestServerWithoutAtomicBatchesIsTold(t *testing.T) {
	t.Parallel()
	s := testenv.StartNATS(t, t.TempDir(), testenv.FreeAddress(t), func(o *server.Options) { o.JetStream = false })
	conn := testenv.Connect(t, s.ClientURL())
	if _, err := conn.Subscribe("$JS.API.STREAM.*.*", func(m *nats.Msg) {
		var config map[string]any
		if json.Unmarshal(m.Data, &config) != nil {
			config = map[string]any{"name": events.TicketStream}
		}
		delete(config, "allow_atomic")
		config["storage"] = "file"
		raw, _ := json.Marshal(config)
		_ = m.Respond(fmt.Appendf(nil, `{"type":"io.nats.jetstream.api.v1.stream_info_response","config":%s,"created":"2026-01-31T12:00:00Z","state":{}}`, raw))
	}); err != nil {
		t.Fatal(err)
	}
	lacks(t, keep(t, conn, asItIs), "too old")
}

// While NATS is away nothing is known to be wrong, and nothing waits for it but the events.
func TestStreamsOfAServerThatIsAwayLackNothing(t *testing.T) {
	t.Parallel()
	conn := testenv.Connect(t, "nats://"+testenv.FreeAddress(t), nats.RetryOnFailedConnect(true))
	js, err := jetstream.New(conn, jetstream.WithDefaultTimeout(soon))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	told := tellsOnce(cancel)
	keeper := streams.NewKeeper(js, streams.Of(events.TicketStream, 0), slog.New(slog.NewTextHandler(told, nil)))
	if keeper.Ensure(ctx) || keeper.Ready() != nil {
		t.Errorf("ready: %v", keeper.Ready())
	}
}

// tellsOnce is a log that calls do at its first line.
type tellsOnce func()

func (do tellsOnce) Write(line []byte) (int, error) {
	do()
	return len(line), nil
}

func TestLimitsAreAppliedToBothStreams(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	js := testenv.JetStream(t, conn)
	ensure(t, js, streams.Of(events.TicketStream, 0))
	keep(t, conn, func(c *jetstream.StreamConfig) { c.MaxBytes, c.Replicas = 1<<30, 1 })
	for _, name := range []string{events.TicketStream, events.TicketDeadStream} {
		testenv.Eventually(t, name, func() bool {
			stream, err := js.Stream(t.Context(), name)
			return err == nil && stream.CachedInfo().Config.MaxBytes == 1<<30
		})
	}
	if err := js.DeleteStream(t.Context(), events.TicketDeadStream); err != nil {
		t.Fatal(err)
	}
	testenv.Eventually(t, "a stream that was removed is made anew", func() bool {
		_, err := js.Stream(t.Context(), events.TicketDeadStream)
		return err == nil
	})
}

func TestDeadLettersAreBoundedUnlessAnOperatorSaysOtherwise(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	js := testenv.JetStream(t, conn)
	keep(t, conn, asItIs)
	testenv.Eventually(t, "dead letters have a bound", func() bool {
		stream, err := js.Stream(t.Context(), events.TicketDeadStream)
		return err == nil && stream.CachedInfo().Config.MaxBytes == streams.DeadBytes
	})
	own := configOf(t, js, events.TicketDeadStream)
	own.MaxBytes = 1 << 30
	if _, err := js.UpdateStream(t.Context(), own); err != nil {
		t.Fatal(err)
	}
	if err := streams.Ensure(t.Context(), js, streams.Of(events.TicketDeadStream, streams.DeadAge)); err != nil {
		t.Fatal(err)
	}
	if is := configOf(t, js, events.TicketDeadStream).MaxBytes; is != 1<<30 {
		t.Errorf("the operator's bound became %d", is)
	}
}
