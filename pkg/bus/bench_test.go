package bus_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

// BenchmarkConsume measures what one event in flight and the acknowledgement's answer cost, over TCP on this machine.
func BenchmarkConsume(b *testing.B) {
	js := fullStream(b, b.N)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	left := b.N
	b.ResetTimer()
	_ = bus.Consume(ctx, js, bus.Consumer{Durable: "bench"}, func(context.Context, events.TicketReplied) error {
		if left--; left == 0 {
			b.StopTimer()
			cancel()
		}
		return nil
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func fullStream(b *testing.B, n int) jetstream.JetStream {
	b.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: b.TempDir(), SyncAlways: true, NoSigs: true, NoLog: true})
	if err != nil {
		b.Fatal(err)
	}
	s.Start()
	b.Cleanup(s.Shutdown)
	conn := testenv.Connect(b, s.ClientURL())
	js := testenv.JetStream(b, conn)
	fill(b, js, n)
	return js
}

func fill(b *testing.B, js jetstream.JetStream, n int) {
	b.Helper()
	inMemory := jetstream.StreamConfig{Name: events.TicketStream, Subjects: []string{events.TicketSubjects}, Storage: jetstream.MemoryStorage}
	if _, err := js.CreateStream(b.Context(), inMemory); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		m, err := events.NewTicketMessage(events.Head{ID: fmt.Sprint(i), Verb: "replied", Sequence: i + 1}, "c1", fmt.Sprint("t", i%1000), events.TicketData{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := js.PublishAsync(m.Subject, m.Body); err != nil {
			b.Fatal(err)
		}
	}
	<-js.PublishAsyncComplete()
}
