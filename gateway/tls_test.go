package gateway_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crm.example/gateway"
	"crm.example/pkg/web"
)

// secured serves a gateway with these settings on free ports until the test ends.
func secured(t *testing.T, cfg gateway.Config) (https, plain string) {
	t.Helper()
	address := freeAddress(t)
	cfg.HTTPListen = freeAddress(t)
	serveOn(t, cfg, address)
	return "https://" + address, "http://" + cfg.HTTPListen
}

func serveOn(t *testing.T, cfg gateway.Config, address string) {
	t.Helper()
	ln, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	g, err := gateway.Open(t.Context(), cfg, gateway.Deps{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- g.Serve(ctx, ln, web.Drain{}) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("it ended with %v", err)
		}
		_ = g.Close()
	})
}

func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// withFiles are settings with a certificate for this machine.
func withFiles(t *testing.T) gateway.Config {
	t.Helper()
	cfg, dir := gateway.Defaults(), t.TempDir()
	cfg.TLSCertFile, cfg.TLSKeyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, _ := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	keyDER, _ := x509.MarshalPKCS8PrivateKey(key)
	for path, block := range map[string]*pem.Block{cfg.TLSCertFile: {Type: "CERTIFICATE", Bytes: der}, cfg.TLSKeyFile: {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cfg
}

// once asks once a server is there.
func once(t *testing.T, url string) *http.Response {
	t.Helper()
	c := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		res, err := c.Get(url)
		if err == nil {
			t.Cleanup(func() { _ = res.Body.Close() })
			return res
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// Over TLS there is HTTP/2 and Strict-Transport-Security; over plain HTTP there is the way to TLS, and the promise is not made.
func TestOverTLS(t *testing.T) {
	t.Parallel()
	https, plain := secured(t, withFiles(t))
	res := once(t, https+"/healthz")
	if res.StatusCode != http.StatusOK || res.ProtoMajor != 2 || res.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s %s with %v", res.Proto, res.Status, res.Header)
	}
	res = once(t, plain+"/v1/ticket?q=a")
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusPermanentRedirect || to != https+"/v1/ticket?q=a" || res.Header.Get("Strict-Transport-Security") != "" {
		t.Errorf("plain: %s to %q with %v", res.Status, to, res.Header)
	}
	if err := web.CheckHealth(t.Context(), "GATEWAY_LISTEN", strings.TrimPrefix(https, "https://")); err != nil {
		t.Errorf("health: %v", err)
	}
}

func TestSettingsOfTLSThatDoNotBelongTogether(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*gateway.Config){
		"a certificate without a key":       func(c *gateway.Config) { c.TLSCertFile = "cert.pem" },
		"a key without a certificate":       func(c *gateway.Config) { c.TLSKeyFile = "key.pem" },
		"files and domains":                 func(c *gateway.Config) { c.TLSCertFile, c.TLSKeyFile, c.TLSDomains = "c", "k", []string{"a.example"} },
		"domains without a folder":          func(c *gateway.Config) { c.TLSDomains = []string{"a.example"} },
		"an address for a domain":           func(c *gateway.Config) { c.TLSDomains, c.TLSDir = []string{"10.0.0.1"}, "tls" },
		"a URL for a domain":                func(c *gateway.Config) { c.TLSDomains, c.TLSDir = []string{"https://a.example"}, "tls" },
		"an email without domains":          func(c *gateway.Config) { c.TLSEmail = "a@a.example" },
		"plain HTTP beside plain HTTP":      func(c *gateway.Config) { c.HTTPListen = ":80" },
		"an address that is none, with TLS": func(c *gateway.Config) { c.TLSCertFile, c.TLSKeyFile, c.HTTPListen = "c", "k", "80" },
	} {
		cfg := gateway.Defaults()
		spoil(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "GATEWAY_") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
