package main_test

import (
	"testing"

	"crm.example/deploy/examples/notifier"
	standalone "crm.example/deploy/standalone"
	"crm.example/gateway"
	"crm.example/pkg/config"
	"crm.example/pkg/pagetest"
	"crm.example/services/auth"
	tickets "crm.example/services/ticket"
)

const configurationHead = `# Configuration

Every setting is an environment variable. A value that cannot work stops the start with a sentence that names it, and so does a variable with
one of these prefixes that is none of these settings. A secret can also stand in a file, which the variable with ` + "`_FILE`" + ` at its end names.
` + "`config`" + ` as the first argument of each program but the notifier prints what is in force, with secrets masked.

This page is made by ` + "`make docs`" + ` from the code.
`

// TestConfigurationPageIsWhatTheCodeReads keeps docs/configuration.md in line; UPDATE_DOCS=1 writes it.
func TestConfigurationPageIsWhatTheCodeReads(t *testing.T) {
	t.Parallel()
	const page = workspace + "/docs/configuration.md"
	want := configurationHead +
		"\n## Standalone\n\nOne process reads these and all below, except the addresses by which services that run apart find each other.\n" +
		"The stores are then in `STANDALONE_DATA`, `AUTH_SECRET` is drawn at the first start and kept there, `GATEWAY_CORS_ORIGINS` is `*`.\n\n" +
		config.Markdown("STANDALONE", standalone.Defaults()) +
		"\n## Gateway\n\n" + config.Markdown("GATEWAY", gateway.Defaults()) +
		"\n## Auth service\n\n" + config.Markdown("AUTH", auth.Defaults()) +
		"\n## Ticket service\n\n" + config.Markdown("TICKET", tickets.Defaults()) +
		"\n## Notifier, an example\n\n" + config.Markdown("NOTIFIER", notifier.Defaults())
	pagetest.Whole(t, page, want)
}
