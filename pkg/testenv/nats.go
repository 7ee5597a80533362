// Package testenv starts real backends for tests and stops them when the test is over, and finds free addresses for
// servers of a test's own.
package testenv

import (
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"crm.example/pkg/bus/embedded"
)

// NATS is a connection with all rights to a server of the test's own, with JetStream on an empty folder.
func NATS(t testing.TB) *nats.Conn {
	t.Helper()
	server, err := embedded.Start(embedded.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Shutdown)
	conn, err := server.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

// StartNATS starts a server with JetStream, without accounts, on a folder and a port that outlive it: the next one goes on
// with both. Port server.RANDOM_PORT takes a free one.
func StartNATS(t testing.TB, dir string, port int) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, SyncAlways: true, NoSigs: true, NoLog: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(s.Shutdown)
	if !s.ReadyForConnections(startWithin) {
		t.Fatal("NATS did not start")
	}
	return s
}
