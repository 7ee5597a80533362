// Package authtest runs the whole auth service for tests: real SQLite, the registry of one process, a real
// HTTP server and cheap bcrypt. Every answer it gets is checked against the contract.
package authtest

import (
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"crm.example/pkg/registry/memory"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/password"
)

// Secret is the AUTH_SECRET of every server.
var Secret = base64.StdEncoding.EncodeToString([]byte("0123456789abcdefghijklmnopqrstuv"))

// Server is a running service.
type Server struct {
	URL     string
	Service *auth.Service
	Config  auth.Config
	Hasher  *Hasher
	Tokens  *memory.Registry

	t        testing.TB
	contract contract
}

// Config is what Start begins with: files of the test's own, and any client address believed.
func Config(t testing.TB) auth.Config {
	dir := t.TempDir()
	cfg := auth.Defaults()
	cfg.Secret = Secret
	cfg.StoreURL = "sqlite:" + filepath.Join(dir, "auth.db")
	cfg.MailDir = filepath.Join(dir, "mail")
	cfg.TrustedProxies = []string{"127.0.0.0/8"}
	return cfg
}

// Start opens and runs a service until the test ends. change may alter what it is opened with.
func Start(t testing.TB, change ...func(*auth.Config, *auth.Deps)) *Server {
	t.Helper()
	cfg, tokens, hasher := Config(t), memory.New(), NewHasher(t)
	deps := auth.Deps{Tokens: tokens, Throttle: tokens, Hasher: hasher, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	for _, c := range change {
		c(&cfg, &deps)
	}
	service, err := auth.Open(t.Context(), cfg, deps)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- service.Run(ctx) }()
	srv := httptest.NewServer(service.Handler())
	t.Cleanup(func() {
		srv.Close()
		cancel()
		if err := <-ran; err != nil {
			t.Errorf("run: %v", err)
		}
		if err := service.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return &Server{URL: srv.URL, Service: service, Config: cfg, Hasher: hasher, Tokens: tokens, t: t, contract: loadContract(t)}
}

// StorePath is the SQLite file.
func (s *Server) StorePath() string { return strings.TrimPrefix(s.Config.StoreURL, "sqlite:") }

// NewHasher makes the real thing at the lowest cost, and counts.
func NewHasher(t testing.TB) *Hasher {
	t.Helper()
	h, err := password.New(bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return Count(h)
}
