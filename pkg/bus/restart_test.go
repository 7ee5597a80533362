package bus_test

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
)

// startNATS runs a server of its own process's kind: on a port and a folder that outlive it.
func startNATS(t testing.TB, dir string, port int) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, SyncAlways: true, NoSigs: true, NoLog: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("NATS did not start")
	}
	t.Cleanup(s.Shutdown)
	return s
}

func TestNATSRestartsUnderWrites(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	running := startNATS(t, dir, server.RANDOM_PORT)
	conn, err := nats.Connect(running.ClientURL(), nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	port := running.Addr().(*net.TCPAddr).Port
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	ensure(t, js, bus.StreamOf(events.TicketStream, 0))

	box := &memoryOutbox{}
	relay, _ := run(t, js, box)
	var written []events.Message
	write := func(n int) {
		for i := range n {
			written = append(written, box.add(fmt.Sprint("t", i%5), 100))
			relay.Wake(fmt.Sprint("t", i%5))
		}
	}
	for range 3 {
		write(100)
		running.Shutdown() // in the middle of what was just written
		running.WaitForShutdown()
		write(100)
		running = startNATS(t, dir, port)
		write(100)
	}
	eventually(t, "outbox is empty", func() bool { return len(box.left()) == 0 })
	wantInOrder(t, js, written)
}
