package main

import (
	"fmt"
	"net"
	"path/filepath"

	"crm.example/pkg/build"
)

// reachable is the address to type on this machine: for a server that listens everywhere it is localhost.
func reachable(at net.Addr) string {
	host, port, err := net.SplitHostPort(at.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("localhost", port)
	}
	return at.String()
}

// banner says where everything is and what to try first.
func (p *process) banner(at net.Addr) string {
	address := "http://" + reachable(at)
	if p.settings.gateway.OverTLS() {
		address = "https://" + reachable(at)
	}
	mails := "to " + filepath.Join(p.settings.auth.MailDir, "*.eml")
	if p.settings.auth.SMTPURL != "" {
		mails = "by AUTH_SMTP_URL"
	}
	return fmt.Sprintf(`
  CRM %s

  API      %s          contract: /openapi.json, problems: /problems
  Events   %s           nats -s %s sub 'crm.>'
  Mails    %s
  Data     %s

  Try:
    curl -i %s/v1/user -H 'Content-Type: application/json' \
      -d '{"name": "Client One", "email": "client@example.com", "password": "correct horse battery"}'

  Ctrl-C stops it.

`, build.Version(), address, p.server.URL(), p.server.URL(), mails, p.settings.own.Data, address)
}
