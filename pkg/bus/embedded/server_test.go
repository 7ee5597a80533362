package embedded_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"crm.example/pkg/bus/embedded"
	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

const soon = 10 * time.Second

func start(t *testing.T, dir, listen string) *embedded.Server {
	t.Helper()
	s, err := embedded.Start(embedded.Options{Dir: dir, Listen: listen})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Shutdown)
	return s
}

// service is a connection as the services have it, with both streams in place.
func service(t *testing.T, s *embedded.Server) jetstream.JetStream {
	t.Helper()
	conn, err := s.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js := testenv.JetStream(t, conn)
	for _, name := range []string{events.TicketStream, events.UserStream} {
		if err := streams.Ensure(t.Context(), js, streams.Of(name, 0)); err != nil {
			t.Fatal(err)
		}
	}
	return js
}

func publish(t *testing.T, js jetstream.JetStream, subject, body string) {
	t.Helper()
	if _, err := js.Publish(t.Context(), subject, []byte(body)); err != nil {
		t.Fatal(err)
	}
}

// count is how many messages the stream holds.
func count(t *testing.T, js jetstream.JetStream, name string) uint64 {
	t.Helper()
	stream, err := js.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return stream.CachedInfo().State.Msgs
}

func TestStreamsOutliveTheServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := start(t, dir, "127.0.0.1:0")
	publish(t, service(t, first), "crm.ticket.created.c.t", "kept")
	first.Shutdown()
	second := start(t, dir, "127.0.0.1:0")
	if n := count(t, service(t, second), events.TicketStream); n != 1 {
		t.Errorf("%d events after the restart, want 1", n)
	}
}

func TestTakenPortIsAnError(t *testing.T) {
	t.Parallel()
	first := start(t, t.TempDir(), "127.0.0.1:0")
	listen := first.URL()[len("nats://"):]
	if second, err := embedded.Start(embedded.Options{Dir: t.TempDir(), Listen: listen}); err == nil {
		second.Shutdown()
		t.Error("two servers on one port")
	}
}

func TestUnusableFolderIsAnErrorAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := embedded.Start(embedded.Options{Dir: path, Listen: "127.0.0.1:0"})
	if err == nil {
		s.Shutdown()
		t.Fatal("a file was taken for a folder")
	}
	if !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("the error does not say why: %v", err)
	}
}

func TestGuessedCredentialsAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "127.0.0.1:0")
	guessed, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	public, _ := guessed.PublicKey()
	for name, credentials := range map[string]nats.Option{
		"password": nats.UserInfo("service", ""), "another key": nats.Nkey(public, guessed.Sign),
	} {
		if conn, err := nats.Connect(s.URL(), credentials); err == nil {
			conn.Close()
			t.Errorf("%s was taken", name)
		}
	}
}
