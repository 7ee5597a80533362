package embedded_test

import (
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// What a stranger makes stays on disk and in memory, so there is an end to it.
func TestStrangerMakesNoHugeConsumer(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "127.0.0.1:0")
	service(t, s)
	their, _ := aStranger(t, s)
	_, err := their.CreateConsumer(t.Context(), events.TicketStream, jetstream.ConsumerConfig{
		Durable: "huge", Metadata: map[string]string{"x": strings.Repeat("x", 100_000)},
	})
	if err == nil {
		t.Error("a consumer with 100 kB of metadata was made")
	}
}

func TestConsumersAreLimited(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "127.0.0.1:0")
	account, err := service(t, s).AccountInfo(t.Context())
	if err != nil || account.Limits.MaxConsumers != 1000 {
		t.Errorf("%d consumers are the limit, want 1000 (%v)", account.Limits.MaxConsumers, err)
	}
}
