// Package auth is the auth service as a value: users, their sessions and passwords, and the JWTs that
// every service trusts. Mains open everything outside of the process and pass it in. Nothing in here knows
// whether the service runs alone or beside others.
package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox"
	"crm.example/pkg/problem"
	"crm.example/pkg/registry"
	"crm.example/pkg/streams"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/password"
	"crm.example/services/auth/internal/signing"
)

// Deps has what the service needs from outside of its process. The caller opens and closes it.
type Deps struct {
	Tokens   registry.Tokens
	Throttle registry.Throttle
	NATS     *nats.Conn // nil: events wait in the outbox for a process that has one
	Log      *slog.Logger

	// Hasher replaces bcrypt of AUTH_BCRYPT_COST in this service's own tests. Its type is internal, so nobody else can
	// set it, and no setting does.
	Hasher account.Hasher
}

// Service is the auth service, opened.
type Service struct {
	cfg      Config
	log      *slog.Logger
	store    storage
	release  func() error // of the file; nil for a command beside a service
	ring     *signing.Ring
	accounts *account.Accounts
	js       jetstream.JetStream // nil without NATS
	streams  *streams.Keeper     // nil without NATS
	relay    *outbox.Relay       // nil without NATS
	handler  http.Handler

	requested chan struct{} // a reset request was stored
	swept     atomic.Bool   // access JWTs that a crash left in the registry are removed
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
	s := &Service{cfg: cfg, log: deps.Log, requested: make(chan struct{}, 1)}
	store, err := openStore(ctx, cfg.store(), s.announced)
	if err != nil {
		return nil, err
	}
	s.store = crashing(store)
	if err := s.build(ctx, deps); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	return s, nil
}

// OpenExisting is Open for commands, also while the service runs: a file that does not exist is an error,
// and is not made.
func OpenExisting(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	if err := errors.Join(cfg.Validate(), cfg.store().CheckExists()); err != nil {
		return nil, err
	}
	return open(ctx, cfg, deps)
}

func (s *Service) build(ctx context.Context, deps Deps) error {
	if err := s.buildAccounts(ctx, deps); err != nil {
		return err
	}
	if deps.NATS != nil {
		js, err := jetstream.New(deps.NATS)
		if err != nil {
			return fmt.Errorf("use JetStream: %w", err)
		}
		s.streams = streams.NewKeeper(js, s.cfg.stream(), deps.Log)
		s.js, s.relay = js, outbox.NewRelay(js, events.UserStream, s.store, deps.Log)
		s.accounts.Announced = announced{js}
	}
	handler, err := s.newHandler(deps)
	s.handler = handler
	return err
}

func (s *Service) buildAccounts(ctx context.Context, deps Deps) error {
	secret, err := s.cfg.secret()
	if err != nil {
		return err
	}
	if s.ring, err = openRing(ctx, s.cfg, secret, s.store); err != nil {
		return err
	}
	pins, err := signing.NewPINs(secret)
	if err != nil {
		return err
	}
	mailer, err := newMailer(s.cfg, deps.Log)
	if err != nil {
		return err
	}
	hasher := deps.Hasher
	if hasher == nil {
		if hasher, err = password.New(s.cfg.BcryptCost); err != nil {
			return err
		}
	}
	s.accounts = &account.Accounts{
		Store: s.store, Registry: tokens{deps.Tokens}, Throttle: deps.Throttle, Hasher: hasher, Signer: s.ring,
		PINs: pins, Mailer: mailer, Common: password.Common, NewID: newID, NewPIN: account.RandomPIN,
		Now: time.Now, Limits: s.cfg.limits(), Wake: s.resetRequested, Locked: logLocks(deps.Log),
	}
	return nil
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Handler answers the service's routes. It may be used before Run, and is not ready before it.
func (s *Service) Handler() http.Handler { return s.handler }

// SignUp makes a client's account, as POST /v1/user does, and gives its id.
func (s *Service) SignUp(ctx context.Context, name, email, password, company string) (id string, err error) {
	user, err := s.accounts.SignUp(ctx, "127.0.0.1", account.SignUp{Name: name, Email: email, Password: password, Company: company})
	return user.ID, err
}

// GrantRole gives the user with this email a role, which ends the user's sessions. It may be called in a process of its own
// beside a running service. Without that service's registry, the access JWTs are valid until the service has removed them:
// RevocationPending tells.
func (s *Service) GrantRole(ctx context.Context, email, role string) error {
	if !account.Role(role).Valid() {
		return fmt.Errorf("there is no role %q; the roles are %s, %s and %s", role, account.RoleClient, account.RoleAgent, account.RoleAdmin)
	}
	_, err := s.accounts.GrantRole(ctx, email, account.Role(role))
	switch {
	case problem.Is(err, problem.NotFound):
		return fmt.Errorf("nobody has signed up with the email %s", email)
	case problem.Is(err, problem.InvalidInput):
		return fmt.Errorf("%q is not an email address", email)
	}
	return err
}

// RotateKeys adds a signing key. Running services find it within Config.KeyReload and publish it, and sign with it after
// AUTH_KEY_PROPAGATION; no request fails.
func (s *Service) RotateKeys(ctx context.Context) error { return s.ring.Rotate(ctx) }

// Close closes the store. Call it when Run has returned and no request is under way.
func (s *Service) Close() error {
	err := s.store.Close()
	if s.release != nil {
		err = errors.Join(err, s.release())
	}
	return err
}
