package ticket_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"crm.example/pkg/authn"
	"crm.example/pkg/problem"
	"crm.example/pkg/registry"
	"crm.example/pkg/registry/memory"
	"crm.example/services/ticket"
)

// site is the whole service behind a real server, with the neighbours that it has in the field: keys
// over HTTP, a registry, and NATS unless nothing listens there.
type site struct {
	t        *testing.T
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
	for _, set := range settings {
		set(&cfg)
	}
	service, err := ticket.Open(t.Context(), cfg, ticket.Deps{
		Tokens: s.tokens, NATS: conn, HTTP: keys.Client(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close() })
	server := httptest.NewServer(service.Handler())
	t.Cleanup(server.Close)
	s.service, s.url = service, server.URL
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

// user is somebody who has logged in.
type user struct{ id, name, role, token string }

func (s *site) login(role, name string) user {
	s.t.Helper()
	claims := s.claims(uuid.NewString(), role, name)
	s.register(claims)
	return user{id: claims.Subject, name: name, role: role, token: s.sign(claims, authn.TypeAccess, s.key)}
}

func (s *site) claims(id, role, name string) authn.Claims {
	now := time.Now()
	return authn.Claims{
		RegisteredClaims: jwt.RegisteredClaims{
			ID: uuid.NewString(), Subject: id, Issuer: "https://crm.example", Audience: jwt.ClaimStrings{"crm"},
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(authn.AccessLifetime)),
		},
		SessionID: uuid.NewString(), Role: role, Name: name,
	}
}

func (s *site) register(c authn.Claims) {
	s.t.Helper()
	err := s.tokens.Register(s.t.Context(), registry.Token{ID: c.ID, UserID: c.Subject, SessionID: c.SessionID, Expires: c.ExpiresAt.Time})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) sign(c authn.Claims, typ string, key any) string {
	s.t.Helper()
	method := jwt.SigningMethod(jwt.SigningMethodEdDSA)
	if key == jwt.UnsafeAllowNoneSignatureType {
		method = jwt.SigningMethodNone
	}
	token := jwt.NewWithClaims(method, c)
	token.Header["typ"], token.Header["kid"] = typ, keyID
	text, err := token.SignedString(key)
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

// answer is a response, read and checked against the contract.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// call sends a body, given as JSON text, as the user. Headers come in pairs.
func (s *site) call(u user, method, path, body string, headers ...string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(s.t.Context()), method, s.url+path, bytes.NewBufferString(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if u.token != "" {
		req.Header.Set("Authorization", "Bearer "+u.token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	a := answer{t: s.t, status: res.StatusCode, header: res.Header}
	if a.body, err = io.ReadAll(res.Body); err != nil {
		s.t.Fatal(err)
	}
	s.checkContract(req, a)
	return a
}

// checkContract holds an answer of a known route against openapi.yaml.
func (s *site) checkContract(req *http.Request, a answer) {
	s.t.Helper()
	route, params, err := s.contract.FindRoute(req)
	if err != nil {
		return // 404 and 405 belong to no operation
	}
	err = openapi3filter.ValidateResponse(s.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		s.t.Errorf("%s %s answers what the contract does not promise: %v\n%s", req.Method, req.URL.Path, err, a.body)
	}
}

type ticketBody struct {
	ID            string        `json:"id"`
	ClientID      string        `json:"clientId"`
	ClientName    string        `json:"clientName"`
	Subject       string        `json:"subject"`
	Status        string        `json:"status"`
	Priority      string        `json:"priority"`
	MessageCount  int           `json:"messageCount"`
	LastMessageAt time.Time     `json:"lastMessageAt"`
	LastMessageBy string        `json:"lastMessageBy"`
	OpenedAt      time.Time     `json:"openedAt"`
	UpdatedAt     time.Time     `json:"updatedAt"`
	ClosedAt      *time.Time    `json:"closedAt"`
	Version       int           `json:"version"`
	Conversation  []messageBody `json:"conversation"`
}

type messageBody struct {
	ID     string `json:"id"`
	Seq    int    `json:"seq"`
	Author struct {
		ID, Name, Role string
	} `json:"author"`
	Message string    `json:"message"`
	SentAt  time.Time `json:"sentAt"`
}

// ticket wants a ticket with this status.
func (a answer) ticket(status int) (body ticketBody) {
	a.t.Helper()
	a.read(status, &body)
	return body
}

func (a answer) read(status int, into any) {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		a.t.Fatal(err)
	}
}

// problem wants this problem and gives its field errors as "pointer code".
func (a answer) problem(code problem.Code) (fields []string) {
	a.t.Helper()
	var body struct {
		Code   problem.Code    `json:"code"`
		Errors []problem.Field `json:"errors"`
	}
	kind, _ := problem.KindOf(code)
	a.read(kind.Status, &body)
	if body.Code != code || a.header.Get("Content-Type") != "application/problem+json" || a.header.Get("X-Request-Id") == "" {
		a.t.Errorf("%s as %s, want %s", body.Code, a.header.Get("Content-Type"), code)
	}
	for _, f := range body.Errors {
		fields = append(fields, f.Pointer+" "+string(f.Code))
	}
	return fields
}

const printer = `{"subject": "Printer", "message": "It is on fire"}`

// open opens a ticket for the user.
func (s *site) open(u user) ticketBody {
	s.t.Helper()
	return s.call(u, "POST", "/v1/ticket", printer).ticket(http.StatusCreated)
}
