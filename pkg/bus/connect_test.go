package bus_test

import (
	"log/slog"
	"strings"
	"testing"

	"crm.example/pkg/bus"
)

func TestURLsThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "host:4222", "http://u:hunter2@host", "nats://", "nats://u:hunter2%@host", "nats://a:1,redis://b:2"} {
		_, err := bus.Connect("X_NATS_URL", url, "x", slog.New(slog.DiscardHandler))
		if err == nil || !strings.HasPrefix(err.Error(), "X_NATS_URL") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: got %v", url, err)
		}
	}
}

// A server that is not there yet is no error: whoever publishes waits for it.
func TestConnectBeforeTheServer(t *testing.T) {
	t.Parallel()
	conn, err := bus.Connect("X_NATS_URL", "nats://127.0.0.1:1", "x", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if conn.IsConnected() || conn.IsClosed() {
		t.Errorf("the connection is %s", conn.Status())
	}
}
