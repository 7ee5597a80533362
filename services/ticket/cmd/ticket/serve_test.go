package main_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/authn"
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
			wantReadiness(t, serve(t), want.status, want.says)
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

// serve runs the program on a free port until the test ends.
func serve(t *testing.T) (base string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TICKET_LISTEN", ln.Addr().String())
	_ = ln.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- main.Run(ctx, []string{"serve"}, io.Discard) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String()
}

// wantReadiness asks until the service says it, for as long as a start may take.
func wantReadiness(t *testing.T, base string, status int, says string) {
	t.Helper()
	var last string
	for begun := time.Now(); time.Since(begun) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		res, err := http.Get(base + "/readyz")
		if err != nil {
			continue
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if last = res.Status + " " + string(body); res.StatusCode == status && strings.Contains(last, says) {
			return
		}
	}
	t.Errorf("/readyz says %s, want %d with %q", last, status, says)
}
