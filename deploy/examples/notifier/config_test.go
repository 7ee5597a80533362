package notifier_test

import (
	"strings"
	"testing"

	"crm.example/deploy/examples/notifier"
	"crm.example/pkg/config"
	"crm.example/pkg/pagetest"
	"crm.example/pkg/testenv"
)

// TestREADMEListsTheSettings keeps the table of settings in line; UPDATE_DOCS=1 writes it.
func TestREADMEListsTheSettings(t *testing.T) {
	t.Parallel()
	pagetest.Part(t, "README.md", "settings", config.Markdown("NOTIFIER", notifier.Defaults()))
}

func TestSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	for want, set := range map[string]func(*notifier.Config){
		"NOTIFIER_MAIL_FROM must":          func(c *notifier.Config) { c.MailFrom = "nobody" },
		"NOTIFIER_SMTP_NAME must":          func(c *notifier.Config) { c.SMTPName = "crm" },
		"NOTIFIER_DIR must":                func(c *notifier.Config) { c.Dir = "" },
		"NOTIFIER_LINK must":               func(c *notifier.Config) { c.Link = "https://help.example.com/tickets" },
		"NOTIFIER_SMTP_URL has the scheme": func(c *notifier.Config) { c.SMTPURL = "http://hunter2@host" },
		"NOTIFIER_SMTP_URL would":          func(c *notifier.Config) { c.SMTPURL = "smtp://crm:hunter2@host?tls=none" },
		"NOTIFIER_SMTP_URL must":           func(c *notifier.Config) { c.SMTPURL = "smtp://crm:hunter2@%zz" },
	} {
		cfg := notifier.Defaults()
		cfg.Dir = t.TempDir()
		set(&cfg)
		if _, err := notifier.Open(cfg, conn, nil); err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v, want: %s", err, want)
		}
	}
}
