package main_test

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"crm.example/pkg/bus/embedded"
	"crm.example/pkg/testenv"
)

// crashes is how often the plain binary is killed in the middle of writes.
const crashes = 32

func TestKillLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	p, book := newPlace(t), newLedger()
	c := newClient(p)
	running := p.start()
	c.signUp(t)
	for range crashes {
		book.write(c, int64(3+rand.IntN(40)), running.kill)
		running.kill()
		running = p.start()
		c.renew(t)
	}
	tickets := book.settle(t, c)
	changes := 0
	for _, one := range tickets {
		changes += len(one.Conversation) // each message was one change
	}
	var stream map[string]*announced
	eventually(t, "every change is announced", func() bool {
		stream = readStream(t, p.nats)
		return countEvents(stream) >= changes
	})
	wantAnnounced(t, stream, tickets)
	t.Logf("%d crashes, %d changes acknowledged, %d made, %d events", crashes, book.count.Load(), changes, countEvents(stream))
}

func TestInterruptUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	p, book := newPlace(t), newLedger()
	c := newClient(p)
	running := p.start()
	c.signUp(t)
	stopped := make(chan int, 1)
	book.write(c, 100, func() { go func() { stopped <- running.stop() }() })
	if code := <-stopped; code != 0 {
		t.Errorf("exit code %d\n%s", code, running.out)
	}
	// Nothing but NATS is started, so whatever is in the stream was published before the end.
	broker, err := embedded.Start(embedded.Options{Dir: p.data + "/nats", Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	stream := readStream(t, strings.TrimPrefix(broker.URL(), "nats://"))
	broker.Shutdown()
	p.start()
	c.renew(t)
	wantAnnounced(t, stream, book.settle(t, c))
}

func TestSecondStartSaysWhyNot(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.start()
	elsewhere := *p
	elsewhere.listen = testenv.FreeAddress(t)
	samePort := newPlace(t)
	samePort.listen = p.listen
	sameNATS := newPlace(t)
	sameNATS.nats = p.nats
	for sentence, second := range map[string]*place{
		p.listen + " is taken": samePort,
		"is in use by another": &elsewhere,
		p.nats + " is taken":   sameNATS,
	} {
		out, code := second.tell()
		if code != 1 || !strings.Contains(out, sentence) || strings.Count(strings.TrimSpace(out), "\n") > 0 {
			t.Errorf("exit code %d, want one sentence with %q:\n%s", code, sentence, out)
		}
	}
	if _, err := os.Stat(samePort.data + "/auth.db"); err == nil {
		t.Error("a start that failed has left a database")
	}
}
