package ticket_test

import (
	"sync"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

// However many listen, new ones and such as come back, the process has one consumer of the stream.
func TestListenersShareAConsumer(t *testing.T) {
	conn := testenv.NATS(t)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	s := newSiteWith(t, conn)
	s.run()
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	var before follower
	await(t, func() bool {
		before = follower{s: s, who: client}
		return before.listen(t.Context(), func() bool { return true }) == nil
	})
	s.open(client)
	var begun, ended sync.WaitGroup
	counted := make(chan struct{})
	for n := range 20 {
		f := &follower{s: s, who: []user{client, agent}[n%2]}
		if n%4 == 0 {
			f.state.LastID = before.state.LastID
		}
		begun.Add(1)
		var once sync.Once
		ended.Go(func() {
			defer once.Do(begun.Done) // it may have failed
			if err := f.listen(t.Context(), func() bool { once.Do(begun.Done); <-counted; return true }); err != nil {
				t.Error(err)
			}
		})
	}
	begun.Wait()
	stream, err := js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Error(err)
	} else if many := stream.CachedInfo().State.Consumers; many != 1 {
		t.Errorf("20 listeners have %d consumers", many)
	}
	close(counted)
	ended.Wait()
}
