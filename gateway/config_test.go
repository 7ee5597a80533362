package gateway_test

import (
	"strings"
	"testing"

	"crm.example/gateway"
)

func TestConfigThatCannotWorkNamesItsKey(t *testing.T) {
	t.Parallel()
	if err := gateway.Defaults().Validate(); err != nil {
		t.Errorf("defaults: %v", err)
	}
	for key, spoil := range map[string]func(*gateway.Config){
		"GATEWAY_LISTEN":          func(c *gateway.Config) { c.Listen = "8080" },
		"GATEWAY_AUTH_URL":        func(c *gateway.Config) { c.AuthURL = "auth:8081" },
		"GATEWAY_TICKET_URL":      func(c *gateway.Config) { c.TicketURL = "http://ticket:8082,ticket/v1" },
		"GATEWAY_CORS_ORIGINS":    func(c *gateway.Config) { c.CORSOrigins = []string{"https://portal.example/"} },
		"GATEWAY_CORS_HEADERS":    func(c *gateway.Config) { c.CORSHeaders = []string{"X-A: b"} },
		"GATEWAY_TRUSTED_PROXIES": func(c *gateway.Config) { c.TrustedProxies = []string{"10.0.0.1"} },
		"GATEWAY_BODY_TIMEOUT":    func(c *gateway.Config) { c.BodyTimeout = 0 },
		"GATEWAY_DIAL_TIMEOUT":    func(c *gateway.Config) { c.DialTimeout = 0 },
		"GATEWAY_ANSWER_TIMEOUT":  func(c *gateway.Config) { c.AnswerTimeout = -1 },
	} {
		cfg := gateway.Defaults()
		spoil(&cfg)
		err := cfg.Validate()
		if err == nil || !strings.HasPrefix(err.Error(), key+": ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", key, err)
		}
		if _, err := gateway.Open(t.Context(), cfg, gateway.Deps{}); err == nil {
			t.Errorf("%s: it opened", key)
		}
	}
	both := gateway.Defaults()
	both.CORSOrigins = []string{"*", "https://portal.example"}
	if both.Validate() == nil {
		t.Error("* beside an origin")
	}
}

// What the gateway cannot speak is no address of a service, and neither is one with a password, which would be shown.
func TestServicesAreAskedByHTTP(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"ftp://auth:8081", "unix:///run/auth.sock", "https://u:hunter2@auth:8081", "://auth", ""} {
		one, other := gateway.Defaults(), gateway.Defaults()
		one.AuthURL, other.TicketURL = url, url
		for key, cfg := range map[string]gateway.Config{"GATEWAY_AUTH_URL": one, "GATEWAY_TICKET_URL": other} {
			err := cfg.Validate()
			if err == nil || !strings.HasPrefix(err.Error(), key+": want http:// or https://") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s=%s: %v", key, url, err)
			}
		}
	}
}
