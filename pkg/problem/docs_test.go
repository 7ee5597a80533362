package problem_test

import (
	"fmt"
	"testing"

	"crm.example/pkg/pagetest"
	"crm.example/pkg/problem"
)

// TestClientsPageHasTheTable keeps docs/clients.md in line with the code; UPDATE_DOCS=1 writes it.
func TestClientsPageHasTheTable(t *testing.T) {
	t.Parallel()
	pagetest.Part(t, "../../docs/clients.md", "codes", table())
}

func table() string {
	rows := "| status | code | when | then |\n|---|---|---|---|\n"
	for _, k := range problem.Kinds {
		rows += fmt.Sprintf("| %d | `%s` | %s | %s |\n", k.Status, k.Code, k.About, k.Remedy)
	}
	return rows
}
