//go:build nightly

package streams_test

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

// forAnElection is for three servers on a busy machine.
const forAnElection = time.Minute

// startCluster starts three servers that keep streams together, each taking part in so many replicated ones at most (0: any number).
func startCluster(t *testing.T, most int) *nats.Conn {
	t.Helper()
	var routes []*url.URL
	var listeners []net.Listener
	for range 3 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners, routes = append(listeners, listener), append(routes, &url.URL{Scheme: "nats", Host: listener.Addr().String()})
	}
	var address string
	for i, listener := range listeners {
		port := listener.Addr().(*net.TCPAddr).Port
		if err := listener.Close(); err != nil {
			t.Fatal(err)
		}
		address = startMember(t, &server.Options{
			ServerName: fmt.Sprint("crm-", i), Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true,
			JetStream: true, StoreDir: t.TempDir(), JetStreamLimits: server.JSLimitOpts{MaxHAAssets: most},
			Cluster: server.ClusterOpts{Name: "crm", Host: "127.0.0.1", Port: port}, Routes: routes,
		})
	}
	conn := testenv.Connect(t, address)
	return conn
}

func startMember(t *testing.T, o *server.Options) (address string) {
	t.Helper()
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	return s.ClientURL()
}

func elected(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(forAnElection); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %s", what, forAnElection)
		}
	}
}

// copies tells on how many servers the stream is whole.
func copies(t *testing.T, js jetstream.JetStream, name string) (whole int) {
	t.Helper()
	stream, err := js.Stream(t.Context(), name)
	if err != nil || stream.CachedInfo().Cluster == nil || stream.CachedInfo().Cluster.Leader == "" {
		return 0
	}
	for _, peer := range stream.CachedInfo().Cluster.Replicas {
		if peer.Current && !peer.Offline {
			whole++
		}
	}
	return 1 + whole
}

// In a cluster the streams get the replicas that are set: new ones, and those that had one and events in it.
func TestReplicasInACluster(t *testing.T) {
	t.Parallel()
	conn := startCluster(t, 0)
	js, err := jetstream.New(conn) // whose patience ends: servers that elect a leader do not answer
	if err != nil {
		t.Fatal(err)
	}
	// One that is there with one replica, as by default, and an event.
	elected(t, "a stream", func() bool { return streams.Ensure(t.Context(), js, streams.Of(events.TicketStream, 0)) == nil })
	if n := configOf(t, js, events.TicketStream).Replicas; n != 1 {
		t.Fatalf("by default it has %d replicas", n)
	}
	if _, err := js.Publish(t.Context(), "crm.ticket.created.c.t", []byte("{}")); err != nil {
		t.Fatal(err)
	}
	keeper := keep(t, conn, func(c *jetstream.StreamConfig) { c.Replicas = 3 }) // makes that of dead letters
	for _, name := range []string{events.TicketStream, events.TicketDeadStream} {
		elected(t, name+" on three servers", func() bool { return copies(t, js, name) == 3 })
	}
	if err := keeper.Ready(); err != nil {
		t.Error(err)
	}
	// 0 leaves them as they are.
	if err := streams.Ensure(t.Context(), js, streams.Of(events.TicketStream, 0)); err != nil {
		t.Error(err)
	}
	stream, err := js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	if is := stream.CachedInfo(); is.Config.Replicas != 3 || is.State.Msgs != 1 {
		t.Errorf("%d replicas with %d events", is.Config.Replicas, is.State.Msgs)
	}
}

// Servers that take part in as many streams as they may answer 503, as one does that is not well yet. It is told all the same, since no waiting cures it.
func TestServersWithoutRoomForReplicasAreTold(t *testing.T) {
	t.Parallel()
	conn := startCluster(t, 1)
	js, err := jetstream.New(conn) // whose patience ends: servers that elect a leader do not answer
	if err != nil {
		t.Fatal(err)
	}
	elected(t, "a stream that takes the room", func() bool {
		_, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "OTHER", Subjects: []string{"other"}, Replicas: 3})
		return err == nil
	})
	elected(t, "a stream", func() bool { return streams.Ensure(t.Context(), js, streams.Of(events.TicketStream, 0)) == nil })
	keeper := keep(t, conn, func(c *jetstream.StreamConfig) { c.Replicas = 3 })
	elected(t, "the sentence", func() bool {
		err := keeper.Ready()
		return err != nil && strings.Contains(err.Error(), "insufficient resources")
	})
}
