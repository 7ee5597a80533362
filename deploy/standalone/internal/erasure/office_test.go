package erasure_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/deploy/examples/notifier"
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

	stores []string                         // places that only one kind of store has
	files  func(word string) map[string]int // in which files and collections the word is, and how often
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

// startNotifier runs the consumer that mails clients, with its folder among the data, once its streams are there.
func (o *office) startNotifier() {
	o.t.Helper()
	cfg := notifier.Defaults()
	cfg.Dir = filepath.Join(o.data, "notifier")
	n, err := notifier.Open(cfg, o.conn, o.logger())
	if err != nil {
		o.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = n.Run(ctx) })
	o.t.Cleanup(func() {
		cancel()
		running.Wait()
		_ = n.Close()
	})
	for _, stream := range []string{events.TicketStream, events.UserStream} {
		eventually(o.t, func() bool {
			_, err := o.js.Consumer(o.t.Context(), stream, "notifier")
			return err == nil
		}, func() string { return "the notifier does not consume " + stream })
	}
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
	s, err := ticket.Open(o.t.Context(), o.ticketCfg, ticket.Deps{Tokens: o.registry, Throttle: o.registry, NATS: o.conn, HTTP: http.DefaultClient, Log: o.logger()})
	if err != nil {
		o.t.Fatal(err)
	}
	o.ticketURL, stop = o.serve(s)
	return stop
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
