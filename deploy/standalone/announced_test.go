package main_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// announced is what the stream says of one ticket.
type announced struct {
	sequences []int
	messages  map[string]bool // ids
}

// readStream reads the whole stream of tickets as a stranger at the address would.
func readStream(t *testing.T, address string) map[string]*announced {
	t.Helper()
	stream := strangersStream(t, address, events.TicketStream)
	consumer, err := stream.OrderedConsumer(context.Background(), jetstream.OrderedConsumerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return collect(t, consumer, stream.CachedInfo().State.Msgs)
}

// strangersStream waits for the stream: a server is ready before it has made its streams anew.
func strangersStream(t *testing.T, address, name string) (stream jetstream.Stream) {
	t.Helper()
	js := strangersJetStream(t, address)
	eventually(t, name+" is there", func() bool {
		var err error
		if stream, err = js.Stream(context.Background(), name); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			t.Fatal(err)
		}
		return err == nil
	})
	return stream
}

func strangersJetStream(t *testing.T, address string) jetstream.JetStream {
	t.Helper()
	conn, err := nats.Connect("nats://" + address)
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

func countUserEvents(t *testing.T, address string) uint64 {
	t.Helper()
	return strangersStream(t, address, events.UserStream).CachedInfo().State.Msgs
}

func collect(t *testing.T, consumer jetstream.Consumer, count uint64) map[string]*announced {
	t.Helper()
	all, ids := map[string]*announced{}, map[string]bool{}
	iterator, err := consumer.Messages()
	if err != nil {
		t.Fatal(err)
	}
	defer iterator.Stop()
	for range count {
		m, err := iterator.Next(jetstream.NextMaxWait(within))
		if err != nil {
			t.Fatal(err)
		}
		var event events.Envelope
		if err := json.Unmarshal(m.Data(), &event); err != nil {
			t.Fatal(err)
		}
		if ids[event.ID] {
			t.Errorf("event %s is in the stream twice", event.ID)
		}
		ids[event.ID] = true
		add(t, all, event)
	}
	return all
}

func add(t *testing.T, all map[string]*announced, event events.Envelope) {
	t.Helper()
	sequence, err := strconv.Atoi(event.Sequence)
	if err != nil {
		t.Fatal(err)
	}
	var data events.TicketData
	if err := json.Unmarshal(event.Data, &data); err != nil {
		t.Fatal(err)
	}
	if all[event.Subject] == nil {
		all[event.Subject] = &announced{messages: map[string]bool{}}
	}
	one := all[event.Subject]
	one.sequences = append(one.sequences, sequence)
	if data.Message != nil {
		one.messages[data.Message.ID] = true
	}
}

// wantAnnounced compares the stream with the tickets: every change has its event, in order and without a gap,
// and no event tells of a change that is not there.
func wantAnnounced(t *testing.T, stream map[string]*announced, tickets map[string]ticket) {
	t.Helper()
	if len(stream) != len(tickets) {
		t.Errorf("the stream tells of %d tickets, want %d", len(stream), len(tickets))
	}
	for id, one := range tickets {
		got := stream[id]
		if got == nil {
			t.Errorf("no event of ticket %s", id)
			continue
		}
		for i, sequence := range got.sequences {
			if sequence != i+1 {
				t.Errorf("ticket %s: sequences are %v", id, got.sequences)
				break
			}
		}
		if len(got.messages) != len(one.Conversation) {
			t.Errorf("ticket %s: events of %d messages, want %d", id, len(got.messages), len(one.Conversation))
		}
		for _, m := range one.Conversation {
			if !got.messages[m.ID] {
				t.Errorf("ticket %s: no event of message %s", id, m.ID)
			}
		}
	}
}

func countEvents(stream map[string]*announced) (n int) {
	for _, one := range stream {
		n += len(one.sequences)
	}
	return n
}
