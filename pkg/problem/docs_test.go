package problem_test

import (
	"fmt"
	"strings"
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

// TestContractsHaveTheCodes keeps the enum of the three OpenAPI documents in line with the code; UPDATE_DOCS=1 writes it.
func TestContractsHaveTheCodes(t *testing.T) {
	t.Parallel()
	var codes []string
	for _, k := range problem.Kinds {
		codes = append(codes, string(k.Code))
	}
	enum := "      enum: [" + strings.Join(codes, ", ") + "]\n      # "
	for _, of := range []string{"gateway", "services/auth", "services/ticket"} {
		pagetest.Part(t, "../../"+of+"/openapi.yaml", "codes", enum)
	}
}
