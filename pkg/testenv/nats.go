// Package testenv starts real backends for tests and stops them when the test is over, and finds free addresses for
// servers of a test's own.
package testenv

import (
	"testing"

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
