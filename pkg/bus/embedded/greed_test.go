package embedded_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus/embedded"
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

// lines are what a terminal would show: the handler there writes messages as they are.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestStrangerForgesNoLogLine(t *testing.T) {
	t.Parallel()
	var log lines
	s, err := embedded.Start(embedded.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Log: slog.New(slog.NewJSONHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Shutdown)
	conn, err := nats.Connect(s.URL(), nats.Name("mallory\x1b[2J\nERR forged"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Publish("crm.x", nil); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(soon); !strings.Contains(log.String(), "mallory"); {
		if time.Now().After(end) {
			t.Fatalf("the refusal is not in the log: %s", log.String())
		}
		time.Sleep(time.Millisecond)
	}
	if text := log.String(); strings.Contains(text, `mallory\u001b`) || strings.Contains(text, `\nERR`) {
		t.Errorf("the log has what the stranger wrote as it is: %s", text)
	}
}
