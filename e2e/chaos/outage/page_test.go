package outage_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"crm.example/e2e/chaos/outage"
)

const (
	page  = "../../../docs/outages.md"
	begin = "<!-- outages: written by `make chaos-outage` -->\n"
	end   = "<!-- /outages -->"
)

// What was measured depends on the machine; the rest of the page must be what the table says.
var measured = regexp.MustCompile(` \([0-9.e+-]+ s\)`)

func TestPage(t *testing.T) {
	t.Parallel()
	_, part, _ := parts(t)
	if measured.ReplaceAllString(part, "") != outage.Page(outage.Measured{}) {
		t.Error("docs/outages.md is not what the table says: run `make chaos-outage`")
	}
}

// parts are the generated one and what is around it.
func parts(t *testing.T) (before, part, after string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	part, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the table", page)
	}
	return before, part, after
}
