package mail_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/mail"
	"crm.example/services/auth/internal/mail/mailtest"
)

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: private}}}, roots
}

func TestSMTP(t *testing.T) {
	t.Parallel()
	config, roots := certificate(t)
	const login = "crm:p%40ss%2Fword@"
	for name, tc := range map[string]struct {
		scheme, login, query string
		config               *tls.Config
		roots                *x509.CertPool
		tls                  bool
		fault                string // a part of the error, "" for a mail that arrives
	}{
		"STARTTLS with credentials":    {"smtp", login, "", config, roots, true, ""},
		"STARTTLS without credentials": {"smtp", "", "", config, roots, true, ""},
		"TLS from the first byte":      {"smtps", login, "", config, roots, true, ""},
		"opportunistic, with TLS":      {"smtp", "", "?tls=opportunistic", config, roots, true, ""},
		"opportunistic, without":       {"smtp", "", "?tls=opportunistic", nil, roots, false, ""},
		"none":                         {"smtp", "", "?tls=none", nil, roots, false, ""},
		"STARTTLS stripped":            {"smtp", login, "", nil, roots, false, "does not support STARTTLS"},
		"unknown authority":            {"smtp", login, "", config, x509.NewCertPool(), false, "certificate"},
		"wrong password":               {"smtp", "crm:wrong@", "", config, roots, false, "AUTH"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := mailtest.Start(t, mailtest.Options{TLS: tc.config, Implicit: tc.scheme == "smtps"})
			mailer, err := mail.NewSMTP(tc.scheme+"://"+tc.login+srv.Addr+tc.query, "", "", from, tc.roots)
			if err != nil {
				t.Fatal(err)
			}
			err = mailer.Send(t.Context(), pinMail("01a"))
			mails := srv.Mails()
			if tc.fault != "" {
				if err == nil || !strings.Contains(err.Error(), tc.fault) || len(mails) > 0 {
					t.Errorf("got %v and %d mails", err, len(mails))
				}
				return
			}
			if err != nil || len(mails) != 1 {
				t.Fatalf("got %v and %d mails", err, len(mails))
			}
			got := mails[0]
			if got.From != "crm@example.com" || got.To != "client@example.com" || got.TLS != tc.tls || (got.User != "") != (tc.login != "") {
				t.Errorf("got %+v", got)
			}
			read(t, got.Raw)
		})
	}
}

// A refusal for good ends it, and no error names the address: it is logged, and outlives the account there.
func TestSMTPRefusal(t *testing.T) {
	t.Parallel()
	for code, forGood := range map[int]bool{550: true, 450: false} {
		srv := mailtest.Start(t, mailtest.Options{Refuse: code})
		mailer, err := mail.NewSMTP("smtp://"+srv.Addr+"?tls=none", "crm.example.com", "", from, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = mailer.Send(t.Context(), pinMail("01a"))
		if err == nil || errors.Is(err, account.ErrRefused) != forGood || strings.Contains(err.Error(), "client@") {
			t.Errorf("%d: %v", code, err)
		}
	}
}

func TestSMTPAddress(t *testing.T) {
	t.Parallel()
	for address, fault := range map[string]string{
		"smtp://host": "", "smtps://u:p@host:465": "", "smtp://u:p@host?tls=mandatory": "",
		"smtp://u:p@host?tls=none":          "without TLS",
		"smtp://u:p@host?tls=opportunistic": "without TLS",
		"smtp://host?tls=perhaps":           "unknown value",
		"http://host":                       "scheme",
		"host:25":                           "must look like",
		"smtp://u:secret%zz@host":           "must look like",
		"smtp://host:99999":                 "port",
	} {
		_, err := mail.NewSMTP(address, "", "", from, nil)
		switch {
		case fault == "" && err != nil:
			t.Errorf("%s: %v", address, err)
		case fault != "" && (err == nil || !strings.Contains(err.Error(), fault) || strings.Contains(err.Error(), "secret")):
			t.Errorf("%s: got %v", address, err)
		}
	}
}

// Where mails never were files there is no folder, and none is made.
func TestSMTPWithoutFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mail")
	mailer, err := mail.NewSMTP("smtp://host", "", dir, from, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(mailer.Forget(t.Context(), "u1"), mailer.RemoveBefore(t.Context(), time.Now())); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("there is one: %v", err)
	}
}

// A server that takes connections and says nothing must not hold the worker when the service ends.
func TestSMTPSilentServer(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	mailer, err := mail.NewSMTP("smtp://"+ln.Addr().String()+"?tls=none", "", "", from, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		cancel()
		io.Copy(io.Discard, conn)
	}()
	if err := mailer.Send(ctx, pinMail("01a")); err == nil {
		t.Error("no error")
	}
}
