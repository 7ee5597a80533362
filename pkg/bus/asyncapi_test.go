package bus_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"sigs.k8s.io/yaml"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
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

// promised are what asyncapi.yaml says of each stream, and of consumers: no less, and nothing else.
var (
	promisedOfStreams = []string{
		"subjects", "storage", "retention", "discard", "max_age", "duplicate_window", "allow_direct", "allow_atomic", "num_replicas", "max_bytes",
	}
	promisedOfConsumers = []string{"ack_policy", "ack_wait", "max_ack_pending", "max_deliver"}
)

// wantPromised compares what is documented with what the server says that it has.
func wantPromised(t *testing.T, name string, promised []string, documented map[string]any, made any) {
	t.Helper()
	raw, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{}
	for _, key := range promised {
		want[key] = all[key]
	}
	for key := range want {
		if is, ok := documented[key]; !ok || !reflect.DeepEqual(is, want[key]) {
			t.Errorf("%s: %s is %v in asyncapi.yaml and %v on the server", name, key, is, want[key])
		}
	}
	for key := range documented {
		if _, ok := want[key]; !ok {
			t.Errorf("%s: nobody compares %s of asyncapi.yaml", name, key)
		}
	}
}

func TestAsyncAPIHasTheStreams(t *testing.T) {
	t.Parallel()
	js := testenv.JetStream(t, testenv.NATS(t))
	made := documented(t).JetStream.Streams
	ages := map[string]time.Duration{events.UserStream: 0, events.TicketDeadStream: streams.DeadAge, events.UserDeadStream: streams.DeadAge}
	ages[events.TicketStream] = age(made[events.TicketStream]) // which the ticket service compares with its default
	if got, want := slices.Sorted(maps.Keys(made)), slices.Sorted(maps.Keys(ages)); !slices.Equal(got, want) {
		t.Errorf("asyncapi.yaml has the streams %v, want %v", got, want)
	}
	for name, age := range ages {
		if err := streams.Ensure(t.Context(), js, streams.Of(name, age)); err != nil {
			t.Fatal(err)
		}
		stream, err := js.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		wantPromised(t, name, promisedOfStreams, made[name], stream.CachedInfo().Config)
	}
}

func age(stream map[string]any) time.Duration {
	nanoseconds, _ := stream["max_age"].(float64)
	return time.Duration(nanoseconds)
}

func TestAsyncAPIHasTheConsumers(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	is := documented(t).JetStream.Consumers
	consume(t, js, bus.Consumer{Durable: "plain"}, w.handle)
	var made jetstream.ConsumerConfig
	testenv.Eventually(t, "durable is there", func() bool {
		c, err := js.Consumer(t.Context(), events.TicketStream, "plain")
		if err == nil {
			made = c.CachedInfo().Config
		}
		return err == nil
	})
	wantPromised(t, "consumers", promisedOfConsumers, is, made)
}
