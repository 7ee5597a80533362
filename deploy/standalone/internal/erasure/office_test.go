package erasure_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus/embedded"
	"crm.example/pkg/events"
	"crm.example/pkg/registry/memory"
	"crm.example/services/auth"
	"crm.example/services/ticket"
)

const secretPhrase = "nine lives of a grey cat"

// office is both services in this process, each of which can be stopped alone, on stores, a registry and a NATS server whose
// files can be looked at.
type office struct {
	t          *testing.T
	data, nats string // folders
	conn       *nats.Conn
	js         jetstream.JetStream
	registry   *memory.Registry
	auth       *auth.Service
	authURL    string
	ticketCfg  ticket.Config
	ticketURL  string
	log        *lockedBuffer
}

// openOffice runs the auth service; the URLs are those of MongoDB databases, or empty for SQLite.
func openOffice(t *testing.T, authStore, ticketStore string) *office {
	t.Helper()
	o := &office{t: t, data: t.TempDir(), nats: t.TempDir(), registry: memory.New(), log: &lockedBuffer{}}
	o.connect()
	cfg := auth.Defaults()
	cfg.StoreURL, cfg.MailDir, cfg.BcryptCost = "sqlite:"+filepath.Join(o.data, "auth.db"), filepath.Join(o.data, "mail"), 10
	cfg.Secret = "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY="
	o.ticketCfg = ticket.Defaults()
	o.ticketCfg.StoreURL = "sqlite:" + filepath.Join(o.data, "ticket.db")
	if authStore != "" {
		cfg.StoreURL, o.ticketCfg.StoreURL = authStore, ticketStore
	}
	service, err := auth.Open(t.Context(), cfg, auth.Deps{Tokens: o.registry, Throttle: o.registry, NATS: o.conn, Log: o.logger()})
	if err != nil {
		t.Fatal(err)
	}
	o.auth = service
	o.authURL, _ = o.serve(service)
	o.ticketCfg.JWKSURL = o.authURL + "/.well-known/jwks.json"
	return o
}

func (o *office) connect() {
	server, err := embedded.Start(embedded.Options{Dir: o.nats, Listen: "127.0.0.1:0"})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(server.Shutdown)
	if o.conn, err = server.Connect(); err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(o.conn.Close)
	if o.js, err = jetstream.New(o.conn); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

type service interface {
	Handler() http.Handler
	Run(ctx context.Context) error
	Close() error
}

// serve runs a service; stop ends it as a signal does.
func (o *office) serve(s service) (url string, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	server := httptest.NewServer(s.Handler())
	stop = sync.OnceFunc(func() {
		server.Close()
		cancel()
		running.Wait()
		_ = s.Close()
	})
	o.t.Cleanup(stop)
	return server.URL, stop
}

func (o *office) startTickets() (stop func()) {
	o.t.Helper()
	s, err := ticket.Open(o.t.Context(), o.ticketCfg, ticket.Deps{Tokens: o.registry, NATS: o.conn, HTTP: http.DefaultClient, Log: o.logger()})
	if err != nil {
		o.t.Fatal(err)
	}
	o.ticketURL, stop = o.serve(s)
	return stop
}

// call sends a request with an access JWT, if there is one, and wants the status.
func (o *office) call(token, method, path, body string, status int, headers ...string) []byte {
	o.t.Helper()
	base := o.authURL
	if strings.HasPrefix(path, "/v1/ticket") {
		base = o.ticketURL
	}
	req, err := http.NewRequestWithContext(o.t.Context(), method, base+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		o.t.Fatalf("%s %s: %d %s, %v", method, path, res.StatusCode, raw, err)
	}
	return raw
}

func (o *office) read(token, path string, into any) {
	o.t.Helper()
	if err := json.Unmarshal(o.call(token, http.MethodGet, path, "", http.StatusOK), into); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) signUp(name, email string) (token string) {
	o.t.Helper()
	return o.signUpAs(map[string]string{"name": name, "email": email, "password": secretPhrase})
}

func (o *office) signUpAs(profile map[string]string) (token string) {
	o.t.Helper()
	body, _ := json.Marshal(profile) // text is always JSON
	o.call("", http.MethodPost, "/v1/user", string(body), http.StatusCreated)
	return o.logIn(profile["email"], profile["password"])
}

func (o *office) logIn(email, password string) (token string) {
	o.t.Helper()
	var tokens struct{ AccessJWT string }
	raw := o.call("", http.MethodPost, "/v1/user/login", `{"email":"`+email+`","password":"`+password+`"}`, http.StatusOK)
	if err := json.Unmarshal(raw, &tokens); err != nil {
		o.t.Fatal(err)
	}
	return tokens.AccessJWT
}

func (o *office) grant(email string) {
	o.t.Helper()
	if err := o.auth.GrantRole(o.t.Context(), email, "agent"); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) open(token, subject, message, key string) (id string) {
	o.t.Helper()
	var opened struct{ ID string }
	body, _ := json.Marshal(map[string]string{"subject": subject, "message": message})
	var headers []string
	if key != "" {
		headers = []string{"Idempotency-Key", key}
	}
	if err := json.Unmarshal(o.call(token, http.MethodPost, "/v1/ticket", string(body), http.StatusCreated, headers...), &opened); err != nil {
		o.t.Fatal(err)
	}
	return opened.ID
}

var pinLine = regexp.MustCompile(`PIN: ([0-9]{8})`)

// pin waits for a mail to the address.
func (o *office) pin(email string) (pin string) {
	o.t.Helper()
	eventually(o.t, func() bool {
		files, _ := filepath.Glob(filepath.Join(o.data, "mail", "*.eml"))
		for _, file := range files {
			raw, _ := os.ReadFile(file)
			if found := pinLine.FindSubmatch(raw); found != nil && bytes.Contains(raw, []byte(email)) {
				pin = string(found[1])
			}
		}
		return pin != ""
	}, func() string { return "no mail to " + email })
	return pin
}

// published waits for n events of tickets.
func (o *office) published(n uint64) {
	o.t.Helper()
	var there uint64
	eventually(o.t, func() bool {
		s, err := o.js.Stream(o.t.Context(), events.TicketStream)
		if err == nil {
			there = s.CachedInfo().State.Msgs
		}
		return there >= n
	}, func() string { return "events are missing" })
}

// within bounds every wait.
const within = 60 * time.Second

func eventually(t *testing.T, ok func() bool, missing func() string) {
	t.Helper()
	for end := time.Now().Add(within); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not in time: %s", missing())
		}
	}
}

// lockedBuffer is a log that several write.
type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
