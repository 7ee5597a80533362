package ticket_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"sigs.k8s.io/yaml"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

// How long the stream keeps events is a setting of this service, so asyncapi.yaml tells its default; pkg/bus compares the rest.
func TestAsyncAPIHasTheAgeOfTickets(t *testing.T) {
	t.Parallel()
	var documented struct {
		JetStream struct {
			Streams map[string]struct {
				MaxAge time.Duration `json:"max_age"`
			} `json:"streams"`
		} `json:"x-jetstream"`
	}
	if err := yaml.Unmarshal(events.AsyncAPI, &documented); err != nil {
		t.Fatal(err)
	}
	conn := testenv.NATS(t)
	newSiteWith(t, conn).run() // with the defaults
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the stream is there", func() bool { _, err := js.Stream(t.Context(), events.TicketStream); return err == nil })
	stream, err := js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := documented.JetStream.Streams[events.TicketStream].MaxAge, stream.CachedInfo().Config.MaxAge; got != want || want == 0 {
		t.Errorf("asyncapi.yaml says %s, and the service makes it %s", got, want)
	}
}
