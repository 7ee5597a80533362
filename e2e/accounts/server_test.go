// Package accounts_test tests who may do what on the NATS server of deploy/nats/nats.conf.
package accounts_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/admission"
	"crm.example/pkg/bus/strangertest"
	"crm.example/pkg/events"
	"crm.example/pkg/streams"
)

const (
	passwords = "AUTH_PASSWORD = \"p\"\nTICKET_PASSWORD = \"p\"\nCONSUMER_PASSWORD = \"p\"\n"
	soon      = 10 * time.Second
)

// owners have the streams.
var owners = map[string]string{
	events.UserStream: "auth", events.UserDeadStream: "auth", events.TicketStream: "ticket", events.TicketDeadStream: "ticket",
}

// start begins a server as deployed, beside which both services let strangers in.
func start(t *testing.T) *server.Server {
	t.Helper()
	dir := t.TempDir()
	conf, err := os.ReadFile(filepath.Join("..", "..", "deploy", "nats", "nats.conf"))
	check(t, err)
	check(t, os.WriteFile(filepath.Join(dir, "nats.conf"), conf, 0o600))
	check(t, os.WriteFile(filepath.Join(dir, "passwords.conf"), []byte(passwords), 0o600))
	opts, err := server.ProcessConfigFile(filepath.Join(dir, "nats.conf"))
	check(t, err)
	opts.Host, opts.Port, opts.StoreDir, opts.NoSigs, opts.NoLog = "127.0.0.1", server.RANDOM_PORT, dir, true, true
	s, err := server.NewServer(opts)
	check(t, err)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(soon) {
		t.Fatal("NATS is not ready")
	}
	check(t, admission.Authorize(connect(t, s, "auth"), events.UserStream, events.UserDeadStream))
	check(t, admission.Authorize(connect(t, s, "ticket"), events.TicketStream, events.TicketDeadStream))
	return s
}

// connect is a connection as bus.Connect makes it for services, and as anybody's otherwise.
func connect(t *testing.T, s *server.Server, user string, options ...nats.Option) *nats.Conn {
	t.Helper()
	if user != "consumer" {
		options = append(options, nats.CustomInboxPrefix("_INBOX_"+user))
	}
	conn, err := nats.Connect(s.ClientURL(), append(options, nats.UserInfo(user, "p"))...)
	check(t, err)
	t.Cleanup(conn.Close)
	check(t, conn.Flush())
	return conn
}

// as is a connection whose refusals come out of the channel.
func as(t *testing.T, s *server.Server, user string) (jetstream.JetStream, chan error) {
	t.Helper()
	refusals := make(chan error, 100)
	js, err := jetstream.New(connect(t, s, user, nats.PermissionErrOnSubscribe(true),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refusals <- err })))
	check(t, err)
	return js, refusals
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func makeStreams(t *testing.T, s *server.Server) {
	t.Helper()
	for stream, owner := range owners {
		js, _ := as(t, s, owner)
		check(t, streams.Ensure(t.Context(), js, streams.Of(stream, 0)))
	}
}

func TestStrangers(t *testing.T) {
	t.Parallel()
	strangertest.Run(t, func(t *testing.T) strangertest.Server {
		s := start(t)
		return strangertest.Server{
			Owner: func(t *testing.T, stream string) *nats.Conn { return connect(t, s, owners[stream]) },
			Stranger: func(t *testing.T, options ...nats.Option) *nats.Conn {
				return connect(t, s, "consumer", options...)
			},
		}
	})
}
