//go:build chaos

package events_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/e2e/crm"
	"crm.example/pkg/events"
)

func jetStream(t *testing.T, url string, more ...nats.Option) jetstream.JetStream {
	t.Helper()
	conn, err := nats.Connect(url, append(more, nats.MaxReconnects(-1), nats.ReconnectWait(pause))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// end is the sequence of a stream's last event.
func (r *rig) end(t *testing.T, stream string) uint64 {
	t.Helper()
	is, err := jetStream(t, r.NATSURL).Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	return is.CachedInfo().State.LastSeq
}

// entry is an event with its id.
type entry struct {
	heard
	id string
}

// read reads a stream from a sequence on, as far as it went when it was asked.
func (r *rig) read(t *testing.T, stream, subject string, from uint64) (all []entry) {
	t.Helper()
	config := jetstream.OrderedConsumerConfig{FilterSubjects: []string{subject}, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: max(from, 1)}
	consumer, err := jetStream(t, r.NATSURL).OrderedConsumer(t.Context(), stream, config)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := consumer.Messages() // Next of the consumer itself makes a new one for each event
	if err != nil {
		t.Fatal(err)
	}
	defer messages.Stop()
	for left := consumer.CachedInfo().NumPending; left > 0; {
		m, err := messages.Next()
		if err != nil {
			t.Fatal(err)
		}
		about, err := m.Metadata()
		if err != nil {
			t.Fatal(err)
		}
		all, left = append(all, hear(t, m.Data())), about.NumPending
	}
	return all
}

// entries are, in the stream's order, what it got since the fault began. Everything before that had settled.
func (r *rig) entries(t *testing.T) []entry {
	t.Helper()
	return r.read(t, events.TicketStream, events.TicketSubjects, r.begin)
}

func (r *rig) stream(t *testing.T) []heard { return heards(r.entries(t)) }

func heards(entries []entry) (all []heard) {
	for _, e := range entries {
		all = append(all, e.heard)
	}
	return all
}

func hear(t *testing.T, body []byte) entry {
	t.Helper()
	var e crm.Event
	var data struct {
		crm.TicketData
		User struct{ Name string }
	}
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(e.Data, &data); err != nil {
		t.Fatal(err)
	}
	sequence, err := strconv.Atoi(e.Sequence)
	if err != nil {
		t.Fatal(err)
	}
	h := entry{heard{ticket: e.Subject, verb: strings.Split(e.Type, ".")[2], sequence: sequence, subject: data.Ticket.Subject + data.User.Name}, e.ID}
	if data.Message != nil {
		h.message = data.Message.Message
	}
	return h
}

// audit holds the ledger against the stream, and the stream against what the consumer was handed.
func (r *rig) audit(t *testing.T, l *ledger) audit {
	t.Helper()
	stream := r.stream(t)
	a := l.compare(stream)
	a.Twice, a.Unheard = r.consumer.compare(stream)
	return a
}

// stale asks for each client's tickets and counts those whose version is not their last event's, or that are there or not
// against what it says.
func (r *rig) stale(t *testing.T) (stale int) {
	t.Helper()
	last := map[string]heard{}
	for _, h := range r.stream(t) {
		last[h.ticket] = h
	}
	for _, p := range r.people {
		for _, ticket := range tickets(p) {
			if h, ours := last[ticket.ID]; ours && (h.sequence != ticket.Version || h.verb == "deleted") {
				stale++
			}
			delete(last, ticket.ID)
		}
	}
	for _, h := range last {
		if h.verb != "deleted" {
			stale++
		}
	}
	return stale
}

// tickets are all of a client's.
func tickets(p *person) (all []crm.Summary) {
	for path := "/v1/ticket?limit=100"; path != ""; {
		page := crm.Read[crm.Page](p.get(path))
		all = append(all, page.Items...)
		if path = ""; page.NextCursor != nil {
			path = "/v1/ticket?limit=100&cursor=" + *page.NextCursor
		}
	}
	return all
}
