package problem_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"crm.example/pkg/problem"
)

// TestClientsPageHasTheTable keeps docs/clients.md in line with the code; UPDATE_DOCS=1 writes it.
func TestClientsPageHasTheTable(t *testing.T) {
	t.Parallel()
	const page, end = "../../docs/clients.md", "<!-- /codes -->"
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(raw), "from pkg/problem -->\n")
	_, tail, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatal("the page has lost its marks")
	}
	want := head + "from pkg/problem -->\n" + table() + end + tail
	if want == string(raw) {
		return
	}
	if os.Getenv("UPDATE_DOCS") == "" {
		t.Fatalf("%s is not what pkg/problem says: run `make docs`", page)
	}
	if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func table() string {
	rows := "| status | code | when | then |\n|---|---|---|---|\n"
	for _, k := range problem.Kinds {
		rows += fmt.Sprintf("| %d | `%s` | %s | %s |\n", k.Status, k.Code, k.About, k.Remedy)
	}
	return rows
}
