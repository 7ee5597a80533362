package strangertest

import (
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// What a stranger makes stays on disk and in memory, so there is an end to it.
func makesNoHugeConsumer(t *testing.T, s Server) {
	their, _ := s.stranger(t)
	_, err := their.CreateConsumer(t.Context(), events.TicketStream, jetstream.ConsumerConfig{
		Durable: "huge", Metadata: map[string]string{"x": strings.Repeat("x", 100_000)},
	})
	if err == nil {
		t.Error("a consumer with 100 kB of metadata was made")
	}
}

func makesNoConsumerTooMany(t *testing.T, s Server) {
	for stream := range subjects {
		account, err := s.owner(t, stream).AccountInfo(t.Context())
		if err != nil || account.Limits.MaxConsumers != 1000 {
			t.Errorf("%d consumers are the limit, want 1000 (%v)", account.Limits.MaxConsumers, err)
		}
	}
}
