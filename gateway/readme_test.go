package gateway_test

import (
	"os"
	"strings"
	"testing"

	"crm.example/gateway"
	"crm.example/pkg/config"
)

func TestREADMEHasTheSettings(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if table := config.Markdown("GATEWAY", gateway.Defaults()); !strings.Contains(string(text), table) {
		t.Errorf("README.md lacks this table:\n%s", table)
	}
}
