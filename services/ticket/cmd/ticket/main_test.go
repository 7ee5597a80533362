package main_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	main "crm.example/services/ticket/cmd/ticket"
)

// tickets runs a command line; its settings come from the environment, so these tests are not parallel.
func tickets(t *testing.T, line string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := main.Run(t.Context(), strings.Fields(line), &out, slog.New(slog.DiscardHandler))
	return out.String(), err
}

func TestServeRefuses(t *testing.T) {
	for name, c := range map[string]struct{ key, value, want string }{
		"a registry of its own": {"TICKET_REGISTRY_URL", "memory:", "TICKET_REGISTRY_URL"},
		"no registry":           {"TICKET_REGISTRY_URL", "", "TICKET_REGISTRY_URL"},
		"a misspelt setting":    {"TICKET_STORE_URI", "sqlite:x", "TICKET_STORE_URI"},
		"an empty issuer":       {"TICKET_ISSUER", "", "TICKET_ISSUER"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TICKET_REGISTRY_URL", "redis://127.0.0.1:1")
			t.Setenv("TICKET_NATS_URL", "nats://127.0.0.1:1")
			t.Setenv(c.key, c.value)
			for _, line := range []string{"", "serve", "config"} {
				_, err := tickets(t, line)
				if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
					t.Errorf("%q: %v, want one sentence about %s", line, err, c.want)
				}
			}
		})
	}
}

// One sentence names the key, and shows no password; config says what serve says.
func TestEnginesThatCannotBeUsed(t *testing.T) {
	for key, value := range map[string]string{
		"TICKET_REGISTRY_URL": "memcached://u:hunter2@host", "TICKET_NATS_URL": "http://u:hunter2@host", "TICKET_STORE_URL": "postgres://u:hunter2@host/x",
		"TICKET_REGISTRY_TIMEOUT": "0s", "TICKET_USERS_API": "", "TICKET_LISTEN": "8082",
	} {
		t.Run(key, func(t *testing.T) {
			t.Setenv("TICKET_LISTEN", "127.0.0.1:0")
			t.Setenv("TICKET_REGISTRY_URL", "redis://127.0.0.1:1")
			t.Setenv("TICKET_NATS_URL", "nats://127.0.0.1:1")
			t.Setenv(key, value)
			for _, line := range []string{"serve", "config"} {
				_, err := tickets(t, line)
				if err == nil || !strings.HasPrefix(err.Error(), key) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
					t.Errorf("%s: got %v", line, err)
				}
			}
		})
	}
}

func TestConfigIsMasked(t *testing.T) {
	t.Setenv("TICKET_REGISTRY_URL", "redis://:hunter2@127.0.0.1")
	t.Setenv("TICKET_NATS_URL", "nats://127.0.0.1:1")
	out, err := tickets(t, "config")
	if err != nil || strings.Contains(out, "hunter2") || !strings.Contains(out, "TICKET_REGISTRY_URL=***\n") || !strings.Contains(out, "TICKET_REOPEN_WINDOW=336h\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestHealthcheck(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" {
			w.WriteHeader(status)
		}
	}))
	t.Setenv("TICKET_LISTEN", server.Listener.Addr().String())
	if _, err := tickets(t, "healthcheck"); err != nil {
		t.Errorf("of a healthy service: %v", err)
	}
	status = http.StatusInternalServerError
	if _, err := tickets(t, "healthcheck"); err == nil {
		t.Error("a service that answers 500 is healthy")
	}
	server.Close()
	if _, err := tickets(t, "healthcheck"); err == nil {
		t.Error("a service that does not answer is healthy")
	}
}

func TestVersionAndHelp(t *testing.T) {
	for line, want := range map[string]string{"version": "", "help": "usage: ticket [command]", "serve --help": "usage: ticket serve"} {
		if out, err := tickets(t, line); err != nil || out == "" || !strings.HasPrefix(out, want) {
			t.Errorf("%s: %q, %v", line, out, err)
		}
	}
}
