package transport_test

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
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crm.example/gateway/internal/transport"
	"crm.example/pkg/web"
)

// keyPair writes a certificate with that serial number for this machine, and its key.
func keyPair(t *testing.T, o transport.Options, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	check(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	check(t, os.WriteFile(o.KeyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600))
	check(t, os.WriteFile(o.CertFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// serve answers over TLS with a certificate of serial number 1 until the test ends.
func serve(t *testing.T) (o transport.Options, url string, said *atomic.Bool) {
	t.Helper()
	said = &atomic.Bool{}
	dir := t.TempDir()
	o = transport.Options{CertFile: filepath.Join(dir, "cert.pem"), KeyFile: filepath.Join(dir, "key.pem"), Log: slog.New(warned{slog.DiscardHandler, said})}
	keyPair(t, o, 1)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	secure, _, err := transport.Secure(t.Context(), ln, o)
	check(t, err)
	ctx, stop := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() {
		_ = web.Serve(ctx, secure, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), web.Drain{})
	})
	t.Cleanup(func() { stop(); serving.Wait() })
	return o, "https://" + ln.Addr().String(), said
}

// client makes a connection for each request if each is set.
func client(each bool, most uint16) *http.Client {
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MaxVersion: most}, ForceAttemptHTTP2: true, DisableKeepAlives: each,
	}}
}

// serial is the number of the certificate that a new connection gets.
func serial(t *testing.T, url string) int64 {
	t.Helper()
	res, err := client(true, 0).Get(url)
	check(t, err)
	check(t, res.Body.Close())
	return res.TLS.PeerCertificates[0].SerialNumber.Int64()
}

func TestModernTLSAndHTTP2(t *testing.T) {
	t.Parallel()
	_, url, _ := serve(t)
	res, err := client(true, 0).Get(url)
	if err != nil || res.ProtoMajor != 2 || res.TLS.Version != tls.VersionTLS13 {
		t.Errorf("%v, %v", res, err)
	}
	if _, err := client(true, tls.VersionTLS11).Get(url); err == nil {
		t.Error("TLS 1.1 is let in")
	}
}

// A new certificate counts from the next connection on, and no request fails meanwhile. One that cannot be used is not.
func TestCertificateIsReplaced(t *testing.T) {
	t.Parallel()
	o, url, said := serve(t)
	ctx, stop := context.WithCancel(t.Context())
	var asking sync.WaitGroup
	for i := range 8 {
		asking.Go(func() {
			for c := client(i%2 == 0, 0); ctx.Err() == nil; {
				res, err := c.Get(url)
				if err != nil {
					t.Errorf("a request failed: %v", err)
					return
				}
				_ = res.Body.Close()
			}
		})
	}
	defer asking.Wait()
	defer stop()
	for next := int64(2); next < 4; next++ {
		keyPair(t, o, next)
		for end := time.Now().Add(20 * time.Second); serial(t, url) != next; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("certificate %d is not used", next)
			}
		}
	}
	check(t, os.WriteFile(o.CertFile, []byte("half a certif"), 0o600))
	for end := time.Now().Add(20 * time.Second); !said.Load(); time.Sleep(time.Millisecond) {
		if got := serial(t, url); got != 3 {
			t.Fatalf("certificate %d is used", got)
		}
		if time.Now().After(end) {
			t.Fatal("nothing is said of a certificate that cannot be used")
		}
	}
}

// warned is a log that notes when it is warned.
type warned struct {
	slog.Handler
	*atomic.Bool
}

func (w warned) Enabled(context.Context, slog.Level) bool { return true }
func (w warned) Handle(_ context.Context, r slog.Record) error {
	if r.Level == slog.LevelWarn {
		w.Store(true)
	}
	return nil
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := transport.Options{CertFile: filepath.Join(dir, "cert.pem"), KeyFile: filepath.Join(dir, "key.pem"), Log: slog.New(slog.DiscardHandler)}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer ln.Close()
	if _, _, err := transport.Secure(t.Context(), ln, o); err == nil {
		t.Error("files that are not there are taken")
	}
}

func TestToHTTPS(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		port           int
		host, path, to string
	}{
		{443, "support.example.com", "/v1/ticket?q=a%20b&c", "https://support.example.com/v1/ticket?q=a%20b&c"},
		{443, "support.example.com:80", "/", "https://support.example.com/"},
		{8443, "support.example.com:8080", "/a%2Fb", "https://support.example.com:8443/a%2Fb"},
		{8443, "[::1]:80", "/", "https://[::1]:8443/"},
		{8443, "[::1]", "/", "https://[::1]:8443/"},
		{443, "[::1]:80", "/", "https://[::1]/"},
		{443, "support.example.com", "//elsewhere.example/", "https://support.example.com//elsewhere.example/"},
	} {
		answer, r := httptest.NewRecorder(), httptest.NewRequest("POST", "http://x/", nil)
		r.Host = c.host
		u, err := r.URL.Parse("http://x" + c.path)
		check(t, err)
		r.URL = u
		transport.ToHTTPS(c.port).ServeHTTP(answer, r)
		if got := answer.Header().Get("Location"); answer.Code != http.StatusPermanentRedirect || got != c.to {
			t.Errorf("%s%s: %d to %q, want %q", c.host, c.path, answer.Code, got, c.to)
		}
	}
}
