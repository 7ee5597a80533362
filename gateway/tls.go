package gateway

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"

	"golang.org/x/net/idna"

	"crm.example/gateway/internal/transport"
	"crm.example/pkg/config"
)

// OverTLS tells whether GATEWAY_LISTEN takes HTTPS, and no plain HTTP.
func (c Config) OverTLS() bool { return c.TLSCertFile != "" || len(c.TLSDomains) > 0 }

// checkTLS refuses settings for TLS that do not belong together.
func (c Config) checkTLS() error {
	acme := c.TLSEmail + c.TLSDirectory + c.TLSRootsFile
	switch files := c.TLSCertFile != "" || c.TLSKeyFile != ""; {
	case files && len(c.TLSDomains) > 0:
		return errors.New("GATEWAY_TLS_CERT_FILE and GATEWAY_TLS_DOMAINS: set one of the two")
	case files && (c.TLSCertFile == "" || c.TLSKeyFile == ""):
		return errors.New("GATEWAY_TLS_CERT_FILE and GATEWAY_TLS_KEY_FILE: set both")
	case len(c.TLSDomains) > 0 && c.TLSDir == "":
		return errors.New("GATEWAY_TLS_DIR must name a folder, in which the certificates of GATEWAY_TLS_DOMAINS are kept")
	case len(c.TLSDomains) == 0 && acme != "":
		return errors.New("GATEWAY_TLS_EMAIL, GATEWAY_TLS_DIRECTORY and GATEWAY_TLS_ROOTS_FILE need GATEWAY_TLS_DOMAINS")
	case c.HTTPListen != "" && !c.OverTLS():
		return errors.New("GATEWAY_HTTP_LISTEN leads to HTTPS, and needs GATEWAY_TLS_CERT_FILE or GATEWAY_TLS_DOMAINS")
	case c.HTTPListen != "":
		return errors.Join(config.CheckAddress("GATEWAY_HTTP_LISTEN", c.HTTPListen), c.checkDomains())
	}
	return c.checkDomains()
}

func (c Config) checkDomains() error {
	for _, domain := range c.TLSDomains {
		if ascii, err := idna.Lookup.ToASCII(domain); err != nil || !strings.Contains(ascii, ".") || net.ParseIP(domain) != nil {
			return fmt.Errorf("GATEWAY_TLS_DOMAINS: %q is not a domain such as support.example.com", domain)
		}
	}
	return nil
}

// transport is what the settings say of TLS, for a process that listens there.
func (c Config) transport(log *slog.Logger, secure, plain net.Listener) transport.Options {
	o := transport.Options{CertFile: c.TLSCertFile, KeyFile: c.TLSKeyFile, Log: log, ACME: transport.ACME{
		Domains: c.TLSDomains, Dir: c.TLSDir, Email: c.TLSEmail, Directory: c.TLSDirectory, Roots: c.TLSRootsFile, TLSPort: portOf(secure),
	}}
	if plain != nil {
		o.ACME.HTTPPort = portOf(plain)
	}
	return o
}
