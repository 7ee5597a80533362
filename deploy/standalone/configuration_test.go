package main_test

import (
	"slices"
	"strings"
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

Every setting is an environment variable. A program does not start if a value cannot work, or if a variable with
one of these prefixes is no setting; the message names it. A secret can also be in a file: the variable with ` + "`_FILE`" + ` at its end names the file.
Every program but the notifier prints its effective settings, with secrets masked, if its first argument is ` + "`config`" + `.

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

// publicURLs are those in which nobody has to write a password; the gateway refuses one.
var publicURLs = []string{"GATEWAY_AUTH_URL", "GATEWAY_FRONTEND_URL", "GATEWAY_TICKET_URL", "TICKET_JWKS_URL"}

// A URL may hold a password, so it is a secret, which may stand in a file and is never shown.
func TestURLsAreSecret(t *testing.T) {
	t.Parallel()
	var public []string
	for prefix, defaults := range map[string]any{
		"STANDALONE": standalone.Defaults(), "GATEWAY": gateway.Defaults(), "AUTH": auth.Defaults(), "TICKET": tickets.Defaults(), "NOTIFIER": notifier.Defaults(),
	} {
		for _, setting := range config.Rows(prefix, defaults) {
			if strings.HasSuffix(setting.Env, "_URL") && !setting.Secret {
				public = append(public, setting.Env)
			}
		}
	}
	if slices.Sort(public); !slices.Equal(public, publicURLs) {
		t.Errorf("not secret are %v, want only %v", public, publicURLs)
	}
}
