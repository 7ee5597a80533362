package outbox_test

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

func TestNATSRestartsUnderWrites(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	running := testenv.StartNATS(t, dir, server.RANDOM_PORT)
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
	ensure(t, js, streams.Of(events.TicketStream, 0))

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
		running = testenv.StartNATS(t, dir, port)
		write(100)
	}
	testenv.Eventually(t, "outbox is empty", func() bool { return len(box.left()) == 0 })
	wantInOrder(t, js, written)
}
