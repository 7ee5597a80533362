package ticket_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

// What the service changes comes into the stream sooner than a sweep could bring it: that of a store which several
// processes share leaves alone what is younger than a second. A busy machine gets several tries.
func TestChangesDoNotWaitForTheSweep(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	s := newSiteWith(t, conn, inMongoDB(testenv.MongoDB(t)))
	s.run()
	for name, change := range map[string]func(client user) (subject string){
		"a request": func(client user) string {
			s.open(client)
			return "crm.ticket.created." + client.id + ".*"
		},
		"an erasure": func(client user) string {
			id := s.open(client).ID
			published := "crm.ticket.created." + client.id + "." + id
			eventually(t, "the ticket is announced", func() bool { _, there := delay(t, conn, published); return there })
			deleteAccount(t, conn, client)
			return "crm.ticket.deleted." + client.id + "." + id
		},
	} {
		t.Run(name, func(t *testing.T) {
			for range 20 {
				subject, took := change(s.in(t).login("client", "Client One")), time.Duration(0)
				eventually(t, subject+" is published", func() (there bool) { took, there = delay(t, conn, subject); return there })
				if took < time.Second {
					return
				}
			}
			t.Error("each of 20 waited for the sweep")
		})
	}
}

// delay is how long after the change its event came into the stream.
func delay(t *testing.T, conn *nats.Conn, subject string) (took time.Duration, there bool) {
	t.Helper()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		return 0, false
	}
	msg, err := stream.GetLastMsgForSubject(t.Context(), subject)
	if err != nil {
		return 0, false
	}
	var e events.Envelope
	if err := json.Unmarshal(msg.Data, &e); err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, e.Time)
	if err != nil {
		t.Fatal(err)
	}
	return msg.Time.Sub(at), true
}
