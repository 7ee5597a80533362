package gateway_test

import (
	"testing"

	"crm.example/gateway"
	"crm.example/pkg/config"
	"crm.example/pkg/pagetest"
)

// TestREADMEHasTheSettings keeps README.md in line with the code; UPDATE_DOCS=1 writes it.
func TestREADMEHasTheSettings(t *testing.T) {
	t.Parallel()
	pagetest.Part(t, "README.md", "settings", config.Markdown("GATEWAY", gateway.Defaults()))
}
