package outbox_test

import (
	"fmt"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

func TestNATSRestartsUnderWrites(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), testenv.FreeAddress(t)
	running := testenv.StartNATS(t, dir, address)
	js := streamOn(t, running)

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
		running = testenv.StartNATS(t, dir, address)
		write(100)
	}
	testenv.Eventually(t, "outbox is empty", func() bool { return len(box.left()) == 0 })
	wantInOrder(t, js, written)
}
