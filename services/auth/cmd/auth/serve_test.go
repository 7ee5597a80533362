package main_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

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
			wantReadiness(t, serve(t), want.status, want.says)
		})
	}
}

// serve runs the program on a free port until the test ends.
func serve(t *testing.T) (base string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("AUTH_LISTEN", ln.Addr().String())
	_ = ln.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- main.Run(ctx, []string{"serve"}, io.Discard, slog.New(slog.DiscardHandler)) }()
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
