// Package ticket is the ticket service as a value: tickets, their conversations and their events.
// Mains open everything outside of the process and pass it in. Nothing in here knows whether
// the service runs alone or beside others.
package ticket

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/authn"
	"crm.example/pkg/events"
	"crm.example/pkg/loop"
	"crm.example/pkg/outbox"
	"crm.example/pkg/registry"
	"crm.example/pkg/streams"
	"crm.example/services/ticket/internal/feed"
	"crm.example/services/ticket/internal/ticket"
)

// Deps has what the service needs from outside of its process. The caller opens and closes it.
type Deps struct {
	Tokens   registry.Tokens // the valid access JWTs
	Throttle registry.Throttle
	NATS     *nats.Conn   // it may be down: events wait in the outbox
	HTTP     *http.Client // fetches TICKET_JWKS_URL
	Log      *slog.Logger
}

// Service is the ticket service, opened.
type Service struct {
	log     *slog.Logger
	cfg     Config
	store   storage
	release func() error // of the file
	keys    *authn.KeySet
	js      jetstream.JetStream
	streams *streams.Keeper
	relay   *outbox.Relay
	feed    *feed.Hub
	erasure *erasure
	people  people
	handler http.Handler
}

// Open makes a service of valid settings. It opens the store and uses no network. With SQLite it fails while another service is
// open on the same file, since that one has a registry of its own.
func Open(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	release, err := cfg.store().Own()
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, cfg, deps)
	if err != nil {
		return nil, errors.Join(err, release())
	}
	s.release = release
	return s, nil
}

func open(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	store, err := openStore(ctx, cfg.store())
	if err != nil {
		return nil, err
	}
	s := &Service{
		log: deps.Log, cfg: cfg, store: crashing(store), keys: authn.NewKeySet(cfg.JWKSURL, deps.HTTP),
	}
	if err := s.build(deps); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return s, nil
}

func (s *Service) build(deps Deps) (err error) {
	if s.js, err = jetstream.New(deps.NATS); err != nil {
		return fmt.Errorf("use JetStream: %w", err)
	}
	s.streams = streams.NewKeeper(s.js, s.cfg.stream(), deps.Log)
	s.relay = outbox.NewRelay(s.js, events.TicketStream, s.store, deps.Log)
	s.feed = feed.New(feed.NewTail(s.js, events.TicketStream), deps.Tokens, deps.Log)
	if s.erasure, err = newErasure(s.cfg, deps, s); err != nil {
		return err
	}
	s.people = people{store: s.store, eraser: s.erasure.eraser, users: s.erasure.users, log: deps.Log}
	s.handler, err = s.newHandler(deps)
	return err
}

func (s *Service) desk(deps Deps) ticket.Desk {
	limits := ticket.Limits{Opened: s.cfg.OpenPerClient, Replies: s.cfg.RepliesPerClient}
	return ticket.Desk{
		Store: s.store, Throttle: deps.Throttle, Limits: limits, NewID: newID, Now: time.Now, ReopenWindow: s.cfg.ReopenWindow,
		Announce: s.relay.Wake, Reports: make(chan struct{}, 1),
	}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Handler answers the service's routes. It may be used before Run; events wait until then.
func (s *Service) Handler() http.Handler { return s.handler }

// Run publishes events and sends them to listeners until ctx ends, and then for a few seconds the events that are still in the
// outbox. It goes on through every outage and returns nil. End the requests first.
func (s *Service) Run(ctx context.Context) error {
	var beside sync.WaitGroup
	defer beside.Wait()
	beside.Go(func() { s.keepVacuumed(ctx) })
	beside.Go(func() { loop.Every(ctx, lookEvery, nil, s.log, "use the store", s.store.Ready) })
	beside.Go(func() { s.keepUpgraded(ctx) })
	if !s.streams.Ensure(ctx) {
		return nil
	}
	beside.Go(func() { s.streams.Keep(ctx) })
	beside.Go(func() { s.feed.Run(ctx) })
	beside.Go(func() { s.erasure.run(ctx) })
	beside.Go(func() { s.people.run(ctx) })
	return s.relay.Run(ctx)
}

const (
	vacuumEvery = time.Minute      // until an hour that has begun is noticed
	lookEvery   = 10 * time.Second // until the log says that the store cannot be used
)

func (s *Service) keepVacuumed(ctx context.Context) {
	loop.Every(ctx, vacuumEvery, nil, s.log, "vacuum the store", func(ctx context.Context) error {
		return s.store.Vacuum(ctx, loop.InHour(s.cfg.VacuumHour, time.Now()))
	})
}

// Close closes the store. Call it when Run has returned and no request is under way.
func (s *Service) Close() error { return errors.Join(s.store.Close(), s.release()) }
