package main_test

import (
	"testing"

	"crm.example/pkg/pagetest"
	main "crm.example/services/ticket/cmd/ticket"
)

// UPDATE_DOCS=1 writes the table.
func TestREADMEListsTheCommands(t *testing.T) {
	pagetest.Part(t, "../../README.md", "commands", main.Markdown())
}
