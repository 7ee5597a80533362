package main_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"crm.example/pkg/authn"
	"crm.example/pkg/runner/runnertest"
	"crm.example/pkg/testenv"
	main "crm.example/services/ticket/cmd/ticket"
)

// A Redis that may evict tokens keeps the service unready, and it says why.
func TestServeOnARedisThatEvicts(t *testing.T) {
	publishKeys(t)
	for policy, want := range map[string]struct {
		status int
		says   string
	}{
		"noeviction":  {http.StatusOK, ""},
		"allkeys-lru": {http.StatusServiceUnavailable, "Redis may evict tokens that count"},
	} {
		t.Run(policy, func(t *testing.T) {
			t.Setenv("TICKET_STORE_URL", "sqlite:"+filepath.Join(t.TempDir(), "ticket.db"))
			t.Setenv("TICKET_REGISTRY_URL", testenv.StartRedis(t, "--maxmemory-policy", policy).URL)
			t.Setenv("TICKET_NATS_URL", "nats://127.0.0.1:1")
			runnertest.Eventually(t, 20*time.Second, serve(t)+"/readyz", want.status, want.says)
		})
	}
}

// publishKeys is the neighbour that the service asks for keys.
func publishKeys(t *testing.T) {
	t.Helper()
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(authn.JWKS{Keys: []authn.JWK{authn.NewJWK("key-1", public)}})
	}))
	t.Cleanup(server.Close)
	t.Setenv("TICKET_JWKS_URL", server.URL)
}

// serve runs the program until the test ends.
func serve(t *testing.T) (base string) {
	t.Helper()
	return runnertest.Serve(t, "TICKET_LISTEN", func(ctx context.Context) error {
		return main.Run(ctx, []string{"serve"}, io.Discard, slog.New(slog.DiscardHandler))
	})
}
