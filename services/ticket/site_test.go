package ticket_test

import (
	"crypto/ed25519"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/nats-io/nats.go"

	"crm.example/pkg/authn"
	"crm.example/pkg/registry/memory"
	"crm.example/services/ticket"
)

// site is the whole service behind a real server, with the neighbours that it has in the field: keys
// over HTTP, a registry, and NATS unless nothing listens there.
type site struct {
	t        *testing.T
	storeURL string
	service  *ticket.Service
	url      string
	tokens   *memory.Registry
	key      ed25519.PrivateKey
	contract routers.Router
}

const keyID = "key-1"

// newSite is a service whose NATS is down, which no request notices.
func newSite(t *testing.T, settings ...func(*ticket.Config)) *site {
	t.Helper()
	conn, err := nats.Connect("nats://127.0.0.1:1", nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return newSiteWith(t, conn, settings...)
}

func newSiteWith(t *testing.T, conn *nats.Conn, settings ...func(*ticket.Config)) *site {
	t.Helper()
	s := &site{t: t, tokens: memory.New()}
	keys := s.publishKeys()
	cfg := ticket.Defaults()
	cfg.StoreURL = "sqlite:" + filepath.Join(t.TempDir(), "ticket.db")
	cfg.JWKSURL = keys.URL
	cfg.OpenPerClient, cfg.RepliesPerClient = 1_000_000, 1_000_000
	for _, set := range settings {
		set(&cfg)
	}
	service, err := ticket.Open(t.Context(), cfg, ticket.Deps{
		Tokens: s.tokens, Throttle: s.tokens, NATS: conn, HTTP: keys.Client(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close() })
	server := httptest.NewServer(service.Handler())
	t.Cleanup(server.Close)
	s.service, s.url, s.storeURL = service, server.URL, cfg.StoreURL
	if s.contract, err = gorillamux.NewRouter(loadContract(t)); err != nil {
		t.Fatal(err)
	}
	return s
}

// in is the site for a subtest, which fails on its own.
func (s *site) in(t *testing.T) *site {
	sub := *s
	sub.t = t
	return &sub
}

func (s *site) publishKeys() *httptest.Server {
	s.t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.key = private
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(authn.JWKS{Keys: []authn.JWK{authn.NewJWK(keyID, public)}})
	}))
	s.t.Cleanup(server.Close)
	return server
}
