package ticket_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

func TestEventsOfALife(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	s := newSiteWith(t, conn)
	s.run()
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	id := s.open(client).ID
	path := "/v1/ticket/" + id
	s.call(agent, "PUT", path, `{"message": "Run", "priority": "urgent"}`).ticket(http.StatusOK)
	s.call(client, "PUT", path, `{"subject": "Fire"}`).ticket(http.StatusOK)
	s.call(agent, "PATCH", "/v1/ticket/close-ticket/"+id, "").ticket(http.StatusOK)
	s.call(agent, "PATCH", "/v1/ticket/close-ticket/"+id, "").ticket(http.StatusOK) // no event
	s.call(client, "PUT", path, `{"message": "Again", "subject": "Fire!"}`).ticket(http.StatusOK)
	s.call(client, "DELETE", path, "")

	all := published(t, conn, 6)
	for i, want := range []struct {
		verb    string
		actor   events.Actor
		message string
		changed string
	}{
		{"created", events.Actor{ID: client.id, Name: "Client One", Role: "client"}, "It is on fire", ""},
		{"replied", events.Actor{ID: agent.id, Name: "Agent One", Role: "agent"}, "Run", "status priority"},
		{"updated", events.Actor{ID: client.id, Name: "Client One", Role: "client"}, "", "subject"},
		{"closed", events.Actor{ID: agent.id, Name: "Agent One", Role: "agent"}, "", "status"},
		{"reopened", events.Actor{ID: client.id, Name: "Client One", Role: "client"}, "Again", "subject status"},
		{"deleted", events.Actor{ID: client.id}, "", ""},
	} {
		got := all[i]
		if got.subject != fmt.Sprintf("crm.ticket.%s.%s.%s", want.verb, client.id, id) || got.envelope.Type != "crm.ticket."+want.verb+".v1" {
			t.Errorf("event %d is %s on %s, want %s", i, got.envelope.Type, got.subject, want.verb)
		}
		message := ""
		if got.data.Message != nil {
			message = got.data.Message.Message
		}
		if got.envelope.Sequence != fmt.Sprintf("%010d", i+1) || got.data.Actor != want.actor || message != want.message || strings.Join(got.data.Changed, " ") != want.changed {
			t.Errorf("%s: sequence %s, %+v, message %q, changed %v", want.verb, got.envelope.Sequence, got.data.Actor, message, got.data.Changed)
		}
	}
	if last := all[5].envelope.Data; strings.Contains(string(last), "Fire") || strings.Contains(string(last), "Client One") {
		t.Errorf("deleted says more than ids: %s", last)
	}
}

func TestRequestsGoOnWithoutNATS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	address := testenv.FreeAddress(t)
	running := startNATS(t, dir, address)
	conn, err := nats.Connect(running.ClientURL(), nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	s := newSiteWith(t, conn)
	s.run()
	client := s.login("client", "Client One")
	paths := []string{"/v1/ticket/" + s.open(client).ID, "/v1/ticket/" + s.open(client).ID}
	published(t, conn, 2)

	running.Shutdown()
	running.WaitForShutdown()
	for range 10 {
		for _, path := range paths {
			s.call(client, "PUT", path, `{"message": "Is anybody there?"}`).ticket(http.StatusOK)
		}
	}
	if got := s.call(user{}, "GET", "/readyz", ""); got.status != http.StatusOK {
		t.Errorf("/readyz without NATS: %d, want 200, for no request waits for it", got.status)
	}
	startNATS(t, dir, address)
	checkInOrder(t, published(t, conn, 22), paths, 11)
}

// checkInOrder wants the sequences 1 to n of each ticket, in order and without a gap or a repeat.
func checkInOrder(t *testing.T, all []event, paths []string, n int) {
	t.Helper()
	var want []string
	for i := range n {
		want = append(want, fmt.Sprintf("%010d", i+1))
	}
	for _, path := range paths {
		var got []string
		for _, p := range all {
			if "/v1/ticket/"+p.envelope.Subject == path {
				got = append(got, p.envelope.Sequence)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s has the events %v, want %v", path, got, want)
		}
	}
}

func TestRunEndsWithAnEmptyOutbox(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	s := newSiteWith(t, conn)
	stop := s.run()
	client := s.login("client", "Client One")
	first := s.open(client)
	published(t, conn, 1) // the stream is there
	each(20, func(int) {
		s.call(client, "PUT", "/v1/ticket/"+first.ID, `{"message": "Still"}`).ticket(http.StatusOK)
	})
	stop()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	checkInOrder(t, readAll(t, stream), []string{"/v1/ticket/" + first.ID}, 21)
}
