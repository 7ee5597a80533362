package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
)

// ACME is how certificates are had by themselves (RFC 8555).
type ACME struct {
	Domains   []string
	Dir       string // where keys and certificates are kept
	Email     string // whom the authority writes to; may be empty
	Directory string // of the authority; empty: Let's Encrypt
	Roots     string // file of certificates that prove who the authority is; empty: the system's
	// HTTPPort and TLSPort are where this process listens. The authority asks ports 80 and 443, which must lead there.
	HTTPPort, TLSPort int
}

// managed gets certificates and renews them, until ctx ends.
func (a ACME) managed(ctx context.Context, log *slog.Logger) (config *tls.Config, challenges func(http.Handler) http.Handler, err error) {
	roots, err := a.roots()
	if err != nil {
		return nil, nil, err
	}
	var magic *certmagic.Config
	cache := certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return magic, nil }, Logger: zap.NewNop(),
	})
	context.AfterFunc(ctx, cache.Stop)
	magic = certmagic.New(cache, certmagic.Config{
		Storage: &certmagic.FileStorage{Path: a.Dir}, Logger: zap.NewNop(), DefaultServerName: a.Domains[0],
		OnEvent: func(ctx context.Context, event string, data map[string]any) error {
			tell(ctx, log, event, data)
			return nil
		},
	})
	issuer := certmagic.NewACMEIssuer(magic, certmagic.ACMEIssuer{
		CA: a.directory(), Email: a.Email, Agreed: true, TrustedRoots: roots, AltHTTPPort: a.HTTPPort, AltTLSALPNPort: a.TLSPort, Logger: zap.NewNop(),
	})
	magic.Issuers = []certmagic.Issuer{issuer}
	if err := magic.ManageAsync(ctx, a.Domains); err != nil {
		return nil, nil, fmt.Errorf("GATEWAY_TLS_DOMAINS: %w", err)
	}
	return magic.TLSConfig(), issuer.HTTPChallengeHandler, nil
}

func (a ACME) directory() string {
	if a.Directory == "" {
		return certmagic.LetsEncryptProductionCA
	}
	return a.Directory
}

func (a ACME) roots() (*x509.CertPool, error) {
	if a.Roots == "" {
		return nil, nil
	}
	text, err := os.ReadFile(a.Roots)
	roots := x509.NewCertPool()
	if err == nil && !roots.AppendCertsFromPEM(text) {
		err = errors.New("there is no certificate in it")
	}
	if err != nil {
		return nil, fmt.Errorf("GATEWAY_TLS_ROOTS_FILE: %w", err)
	}
	return roots, nil
}

// tell logs what an operator wants to know of the certificates.
func tell(ctx context.Context, log *slog.Logger, event string, data map[string]any) {
	switch event {
	case "cert_obtaining":
		log.InfoContext(ctx, "asking for a certificate", "domain", data["identifier"])
	case "cert_obtained":
		log.InfoContext(ctx, "new certificate", "domain", data["identifier"])
	case "cert_failed":
		log.WarnContext(ctx, "no certificate yet; it is asked for again", "domain", data["identifier"], "error", data["error"])
	}
}
