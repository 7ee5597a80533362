package main_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"crm.example/pkg/runner/runnertest"
	"crm.example/pkg/testenv"
	main "crm.example/services/auth/cmd/auth"
	"crm.example/services/auth/internal/authtest"
)

// A Redis that may evict tokens keeps the service unready, and it says why.
func TestServeOnARedisThatEvicts(t *testing.T) {
	for policy, want := range map[string]struct {
		status int
		says   string
	}{
		"noeviction":  {http.StatusOK, ""},
		"allkeys-lru": {http.StatusServiceUnavailable, "Redis may evict tokens that count"},
	} {
		t.Run(policy, func(t *testing.T) {
			set(t, authtest.Config(t))
			t.Setenv("AUTH_REGISTRY_URL", testenv.StartRedis(t, "--maxmemory-policy", policy).URL)
			t.Setenv("AUTH_NATS_URL", "nats://127.0.0.1:1")
			runnertest.Eventually(t, 20*time.Second, serve(t)+"/readyz", want.status, want.says)
		})
	}
}

// serve runs the program until the test ends.
func serve(t *testing.T) (base string) {
	t.Helper()
	return runnertest.Serve(t, "AUTH_LISTEN", func(ctx context.Context) error {
		return main.Run(ctx, []string{"serve"}, io.Discard, slog.New(slog.DiscardHandler))
	})
}
