package bus_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"sigs.k8s.io/yaml"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
)

// settings of JetStream as asyncapi.yaml tells them, by NATS' own names.
type settings struct {
	JetStream struct {
		Streams   map[string]map[string]any `json:"streams"`
		Consumers map[string]any            `json:"consumers"`
	} `json:"x-jetstream"`
}

func documented(t *testing.T) (s settings) {
	t.Helper()
	if err := yaml.Unmarshal(events.AsyncAPI, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// wantAmong compares what is documented, which leaves out what is no promise, with what the code makes.
func wantAmong(t *testing.T, name string, documented map[string]any, made any) {
	t.Helper()
	raw, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for key, is := range documented {
		if !reflect.DeepEqual(is, all[key]) {
			t.Errorf("%s: %s is %v in asyncapi.yaml and %v in the code", name, key, is, all[key])
		}
	}
}

func TestAsyncAPIHasTheStreams(t *testing.T) {
	t.Parallel()
	ages := map[string]time.Duration{ // that of tickets is the default of TICKET_STREAM_MAX_AGE
		events.TicketStream: 2160 * time.Hour, events.TicketDeadStream: bus.DeadAge, events.UserDeadStream: bus.DeadAge,
	}
	streams := documented(t).JetStream.Streams
	for _, name := range []string{events.TicketStream, events.UserStream, events.TicketDeadStream, events.UserDeadStream} {
		is, ok := streams[name]
		if !ok || len(is) < 7 {
			t.Errorf("asyncapi.yaml says %v of stream %s", is, name)
			continue
		}
		made := bus.StreamOf(name, ages[name])
		wantAmong(t, name, is, made)
	}
}

func TestAsyncAPIHasTheConsumers(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	is := documented(t).JetStream.Consumers
	if len(is) < 4 {
		t.Fatalf("asyncapi.yaml says %v of consumers", is)
	}
	consume(t, js, bus.Consumer{Durable: "plain"}, w.handle)
	var made jetstream.ConsumerConfig
	eventually(t, "durable is there", func() bool {
		c, err := js.Consumer(t.Context(), events.TicketStream, "plain")
		if err == nil {
			made = c.CachedInfo().Config
		}
		return err == nil
	})
	wantAmong(t, "consumers", is, made)
}
