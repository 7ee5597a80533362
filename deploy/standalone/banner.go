package main

import (
	"fmt"
	"path/filepath"
)

// banner says where everything is and what to try first.
func (p *process) banner(address string) string {
	mails := "to " + filepath.Join(p.settings.auth.MailDir, "*.eml")
	if p.settings.auth.SMTPURL != "" {
		mails = "by AUTH_SMTP_URL"
	}
	return fmt.Sprintf(`
  CRM %s

  API      http://%s          contract: /openapi.json, problems: /problems
  Events   %s           nats sub 'crm.>'
  Mails    %s
  Data     %s

  Try:
    curl -i http://%s/v1/user -H 'Content-Type: application/json' \
      -d '{"name": "Client One", "email": "client@example.com", "password": "correct horse battery"}'

  Ctrl-C stops it.

`, version(), address, p.server.URL(), mails, p.settings.own.Data, address)
}
