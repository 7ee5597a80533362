package ticket_test

import (
	"strings"
	"testing"
	"time"

	"crm.example/pkg/config"
	"crm.example/pkg/pagetest"
	"crm.example/services/ticket"
)

// TestREADMEListsTheSettings keeps the table of settings in line; UPDATE_DOCS=1 writes it.
func TestREADMEListsTheSettings(t *testing.T) {
	t.Parallel()
	pagetest.Part(t, "README.md", "settings", config.Markdown("TICKET", ticket.Defaults()))
}

func TestValidateNamesTheSetting(t *testing.T) {
	t.Parallel()
	if err := ticket.Defaults().Validate(); err != nil {
		t.Errorf("the defaults: %v", err)
	}
	for want, set := range map[string]func(*ticket.Config){
		"TICKET_LISTEN":           func(c *ticket.Config) { c.Listen = "8082" },
		"TICKET_REGISTRY_TIMEOUT": func(c *ticket.Config) { c.RegistryTimeout = 0 },
		"TICKET_USERS_API":        func(c *ticket.Config) { c.UsersAPI = "" },
		"TICKET_STORE_URL":        func(c *ticket.Config) { c.StoreURL = "" },
		"TICKET_JWKS_URL":         func(c *ticket.Config) { c.JWKSURL = "auth:8081" },
		"TICKET_ISSUER":           func(c *ticket.Config) { c.Issuer = "" },
		"TICKET_AUDIENCE":         func(c *ticket.Config) { c.Audience = "" },
		"TICKET_VACUUM_HOUR":      func(c *ticket.Config) { c.VacuumHour = 24 },
		"TICKET_REOPEN_WINDOW":    func(c *ticket.Config) { c.ReopenWindow = -time.Second },
		"TICKET_STREAM_MAX_BYTES": func(c *ticket.Config) { c.StreamMaxBytes = 1000 },
		"TICKET_STREAM_REPLICAS":  func(c *ticket.Config) { c.StreamReplicas = 6 },
		"TICKET_STREAM_MAX_AGE":   func(c *ticket.Config) { c.StreamMaxAge = time.Minute },
	} {
		cfg := ticket.Defaults()
		set(&cfg)
		if err := cfg.Validate(); err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want one sentence about %s", err, want)
		}
	}
}

func TestOpenRefusesAnUnknownStore(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"postgres://user:hunter2@host/db", "sqlite:", "data/ticket.db", "mongodb://user:hunter2@host", "mongodb://user:hunter2@"} {
		cfg := ticket.Defaults()
		cfg.StoreURL = url
		if _, err := ticket.Open(t.Context(), cfg, ticket.Deps{}); err == nil || !strings.HasPrefix(err.Error(), "TICKET_STORE_URL") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want a sentence about TICKET_STORE_URL without the password", url, err)
		}
	}
}

// A seed list in DNS would be asked for before anything else, and the start would hang on it: hosts are named in the URL.
func TestSeedListsAreRefused(t *testing.T) {
	t.Parallel()
	cfg := ticket.Defaults()
	cfg.StoreURL = "mongodb+srv://u:hunter2@cluster.example/crm"
	_, err := ticket.Open(t.Context(), cfg, ticket.Deps{})
	if err == nil || !strings.HasPrefix(err.Error(), `TICKET_STORE_URL has the scheme "mongodb+srv"`) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}
