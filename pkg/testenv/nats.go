// Package testenv starts real backends for tests and stops them when the test is over, and finds free addresses for
// servers of a test's own.
package testenv

import (
	"net/netip"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

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

// patience is long, for a busy machine: what takes longer has failed.
const patience = time.Minute

// Connect connects to a server of NATS, and goes on doing so while it is away.
func Connect(t testing.TB, url string, options ...nats.Option) *nats.Conn {
	t.Helper()
	conn, err := nats.Connect(url, append(options, nats.Timeout(patience), nats.MaxReconnects(-1), nats.ReconnectWait(5*time.Millisecond))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

// JetStream is that of a connection.
func JetStream(t testing.TB, conn *nats.Conn) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(conn, jetstream.WithDefaultTimeout(patience))
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// StartNATS starts a server with JetStream, without accounts, on a folder and an address that outlive it: the next server can
// have both. shape changes its options.
func StartNATS(t testing.TB, dir, address string, shape ...func(*server.Options)) *server.Server {
	t.Helper()
	host, port := split(t, address)
	options := &server.Options{Host: host, Port: port, JetStream: true, StoreDir: dir, SyncAlways: true, NoSigs: true, NoLog: true, AuthTimeout: patience.Seconds()}
	for _, change := range shape {
		change(options)
	}
	s, err := server.NewServer(options)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(startWithin) {
		t.Fatal("NATS did not start")
	}
	return s
}

func split(t testing.TB, address string) (host string, port int) {
	t.Helper()
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return at.Addr().String(), int(at.Port())
}
