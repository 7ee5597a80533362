package gateway_test

import (
	"os"
	"strings"
	"testing"

	"crm.example/gateway"
	"crm.example/pkg/config"
)

// TestREADMEHasTheSettings keeps README.md in line with the code; UPDATE_DOCS=1 writes it.
func TestREADMEHasTheSettings(t *testing.T) {
	t.Parallel()
	const page, begin, end = "README.md", "<!-- settings: made by `make docs` from config.go -->\n", "<!-- /settings -->"
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(raw), begin)
	_, tail, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatal("the page has lost its marks")
	}
	want := head + begin + config.Markdown("GATEWAY", gateway.Defaults()) + end + tail
	if want == string(raw) {
		return
	}
	if os.Getenv("UPDATE_DOCS") == "" {
		t.Fatalf("%s is not what the code reads: run `make docs`", page)
	}
	if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
