package main_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	main "crm.example/gateway/cmd/gateway"
)

// gateways runs a command line; its settings come from the environment, so these tests are not parallel.
func gateways(t *testing.T, line string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := main.Run(t.Context(), strings.Fields(line), &out, slog.New(slog.DiscardHandler))
	return out.String(), err
}

func TestServeRefuses(t *testing.T) {
	for key, value := range map[string]string{
		"GATEWAY_LISTEN": "8080", "GATEWAY_AUTH_URL": "http://u:hunter2@auth", "GATEWAY_TICKET_URL": "", "GATEWAY_CORS_ORIGINS": "portal.example",
		"GATEWAY_TRUSTED_PROXIES": "10.0.0.1", "GATEWAY_DIAL_TIMEOUT": "0s", "GATEWAY_DAIL_TIMEOUT": "1s",
	} {
		t.Run(key, func(t *testing.T) {
			t.Setenv(key, value)
			for _, line := range []string{"", "serve", "config"} {
				_, err := gateways(t, line)
				if err == nil || !strings.HasPrefix(err.Error(), key) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
					t.Errorf("%q: %v, want one sentence about %s", line, err, key)
				}
			}
		})
	}
}

// What is wrong can be seen beside what is set.
func TestConfigIsMaskedAndShownEvenIfInvalid(t *testing.T) {
	t.Setenv("GATEWAY_AUTH_URL", "http://u:hunter2@auth")
	out, err := gateways(t, "config")
	if err == nil || !strings.HasPrefix(err.Error(), "GATEWAY_AUTH_URL") {
		t.Errorf("%v, want a sentence about GATEWAY_AUTH_URL", err)
	}
	if strings.Contains(out, "hunter2") || !strings.Contains(out, "GATEWAY_AUTH_URL=http://u:***@auth\n") || !strings.Contains(out, "GATEWAY_ANSWER_TIMEOUT=15s\n") {
		t.Errorf("%s", out)
	}
	t.Setenv("GATEWAY_AUTH_URL", "http://auth:8081")
	if _, err := gateways(t, "config"); err != nil {
		t.Error(err)
	}
}

func TestHealthcheck(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Setenv("GATEWAY_LISTEN", server.Listener.Addr().String())
	if _, err := gateways(t, "healthcheck"); err != nil {
		t.Errorf("of a healthy gateway: %v", err)
	}
	status = http.StatusInternalServerError
	if _, err := gateways(t, "healthcheck"); err == nil {
		t.Error("a gateway that answers 500 is healthy")
	}
	server.Close()
	if _, err := gateways(t, "healthcheck"); err == nil {
		t.Error("a gateway that does not answer is healthy")
	}
}

func TestVersionAndHelp(t *testing.T) {
	for line, want := range map[string]string{"version": "", "help": "usage: gateway [command]", "serve --help": "usage: gateway serve"} {
		if out, err := gateways(t, line); err != nil || out == "" || !strings.HasPrefix(out, want) {
			t.Errorf("%s: %q, %v", line, out, err)
		}
	}
}

// It answers until it is told to end, and then ends by itself.
func TestServe(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = ln.Close() // its port is free now
	t.Setenv("GATEWAY_LISTEN", ln.Addr().String())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- main.Run(ctx, nil, &bytes.Buffer{}, slog.New(slog.DiscardHandler)) }()
	for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		if _, err = gateways(t, "healthcheck"); err == nil {
			break
		}
		if time.Since(begun) > 10*time.Second {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
