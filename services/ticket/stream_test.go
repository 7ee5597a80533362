package ticket_test

import (
	"context"
	"encoding/json"
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// run runs what goes on beside the requests; stop ends it and waits.
func (s *site) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.service.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			s.t.Errorf("Run: %v", err)
		}
	}
	s.t.Cleanup(stop)
	return stop
}

// published waits for n events in the stream and reads them all.
func published(t *testing.T, conn *nats.Conn, n int) (all []event) {
	t.Helper()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		stream, err := js.Stream(ctx, events.TicketStream)
		if err != nil || stream.CachedInfo().State.Msgs < uint64(n) {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		return readAll(t, stream)
	}
	t.Fatalf("%d events did not arrive", n)
	return nil
}

type event struct {
	subject  string
	envelope events.Envelope
	data     events.TicketData
}

func readAll(t *testing.T, stream jetstream.Stream) (all []event) {
	t.Helper()
	for seq := range stream.CachedInfo().State.LastSeq {
		msg, err := stream.GetMsg(t.Context(), seq+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := overNATS.CheckEvent(msg.Data); err != nil {
			t.Error(err)
		}
		p := event{subject: msg.Subject}
		if err := json.Unmarshal(msg.Data, &p.envelope); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(p.envelope.Data, &p.data); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func startNATS(t *testing.T, dir, address string) *server.Server {
	t.Helper()
	at, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.NewServer(&server.Options{
		Host: at.IP.String(), Port: at.Port, JetStream: true, StoreDir: dir, SyncAlways: true, NoSigs: true, NoLog: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("NATS did not start")
	}
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	return s
}
