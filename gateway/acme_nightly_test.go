//go:build nightly

package gateway_test

import (
	"crypto/tls"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"crm.example/gateway"
	"crm.example/pkg/web"
)

const pebble = "github.com/letsencrypt/pebble/v2/cmd/"

// A gateway that knows its domain only gets its certificate from an authority, over the challenges that the authority draws.
func TestCertificateByACME(t *testing.T) {
	t.Parallel()
	const domain = "support.example.com"
	dir := t.TempDir()
	for _, program := range []string{"pebble", "pebble-challtestsrv"} {
		build := exec.Command("go", "install", pebble+program+"@v2.10.1")
		build.Env = append(os.Environ(), "GOBIN="+dir, "GOWORK=off", "GOFLAGS=-mod=mod")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", program, err, out)
		}
	}
	cfg := withFiles(t) // which are pebble's own
	authority, dns := freeAddress(t), freeAddress(t)
	cert, key := cfg.TLSCertFile, cfg.TLSKeyFile
	https, plain := freeAddress(t), freeAddress(t)
	settings := filepath.Join(dir, "pebble.json")
	text, _ := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": authority, "certificate": cert, "privateKey": key, "httpPort": portIn(t, plain), "tlsPort": portIn(t, https),
		"profiles": map[string]any{"default": map[string]any{"description": "one", "validityPeriod": 7776000}},
	}})
	if err := os.WriteFile(settings, text, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, filepath.Join(dir, "pebble-challtestsrv"), "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-dnsserver", dns, "-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", "", "-management", freeAddress(t))
	run(t, filepath.Join(dir, "pebble"), "-config", settings, "-dnsserver", dns, "-strict")
	once(t, "https://"+authority+"/dir")

	cfg = gateway.Defaults()
	cfg.TLSDomains, cfg.TLSDir, cfg.TLSDirectory, cfg.TLSRootsFile, cfg.HTTPListen = []string{domain}, filepath.Join(dir, "tls"), "https://localhost:"+strconv.Itoa(portIn(t, authority))+"/dir", cert, plain
	serveOn(t, cfg, https)
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: domain}, DisableKeepAlives: true, ForceAttemptHTTP2: true,
	}}
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		res, err := client.Get("https://" + https + "/healthz")
		if err == nil {
			_ = res.Body.Close()
			if leaf := res.TLS.PeerCertificates[0]; leaf.VerifyHostname(domain) != nil || len(leaf.Issuer.CommonName) == 0 || res.StatusCode != http.StatusOK {
				t.Errorf("%s by %s for %v", res.Status, leaf.Issuer, leaf.DNSNames)
			}
			t.Logf("issued by %s", res.TLS.PeerCertificates[0].Issuer)
			return
		}
		if err := web.CheckHealth(t.Context(), "GATEWAY_LISTEN", https); err != nil {
			t.Fatalf("health, without a certificate: %v", err)
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

func run(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
}

func portIn(t *testing.T, address string) int {
	t.Helper()
	at, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return at.Port
}
