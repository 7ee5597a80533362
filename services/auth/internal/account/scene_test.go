package account_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crm.example/pkg/outbox/outboxtest"
	"crm.example/pkg/problem"
	"crm.example/pkg/registry/memory"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/sqlitestore"
)

const address = "192.0.2.1"

// scene is the use cases over the real store and registry, with a clock and a postman in the test's hand.
type scene struct {
	*account.Accounts
	t      *testing.T
	store  *sqlitestore.Store
	mem    *memory.Registry
	signer *signer
	clock  time.Time
	ids    atomic.Int64

	mu      sync.Mutex
	mails   []account.Mail
	mailErr error
}

func newScene(t *testing.T) *scene {
	t.Parallel()
	s := &scene{
		t: t, store: openStore(t), mem: memory.New(), signer: newSigner(),
		clock: time.Now().UTC().Truncate(time.Millisecond),
	}
	s.Accounts = &account.Accounts{
		Store: s.store, Registry: tokens{s.mem}, Throttle: s.mem, Hasher: hasher{cost: "2", salt: s.newID}, Signer: s.signer,
		PINs: pins{}, Mailer: s, Common: func(p string) bool { return p == "password" },
		NewID: s.newID, NewPIN: account.RandomPIN, Now: func() time.Time { return s.clock }, Limits: account.DefaultLimits(),
	}
	return s
}

func (s *scene) newID() string { return fmt.Sprintf("id-%04d", s.ids.Add(1)) }

// Send implements account.Mailer.
func (s *scene) Send(_ context.Context, m account.Mail) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mailErr == nil {
		s.mails = append(s.mails, m)
	}
	return s.mailErr
}

// Forget implements account.Mailer.
func (s *scene) Forget(_ context.Context, userID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = slices.DeleteFunc(s.mails, func(m account.Mail) bool { return m.UserID == userID })
	return nil
}

// RemoveBefore implements account.Mailer.
func (s *scene) RemoveBefore(context.Context, time.Time) error { return nil }

// client signs client@example.com up, with the password "right horse".
func (s *scene) client() account.User {
	s.t.Helper()
	return got[account.User](s.t)(s.SignUp(s.t.Context(), address, account.SignUp{
		Name: "Client One", Email: " Client@Example.com ", Password: "right horse",
	}))
}

// user is the client as it is stored.
func (s *scene) user() account.User {
	s.t.Helper()
	return got[account.User](s.t)(s.store.UserByEmail(s.t.Context(), "client@example.com"))
}

func (s *scene) login(password string) (account.Tokens, error) {
	return s.Login(s.t.Context(), address, "client@example.com", password)
}

// session logs the client in.
func (s *scene) session() account.Tokens {
	s.t.Helper()
	return got[account.Tokens](s.t)(s.login("right horse"))
}

// refreshWith presents the refresh JWT of an answer.
func (s *scene) refreshWith(of account.Tokens) (account.Tokens, error) {
	return s.Refresh(s.t.Context(), s.signer.refresh[of.RefreshJWT])
}

// counts tells whether the access JWT of an answer counts, and uses it if so.
func (s *scene) counts(of account.Tokens) bool {
	t := s.signer.access[of.AccessJWT]
	return got[bool](s.t)(s.mem.Accept(s.t.Context(), t.UserID, t.ID))
}

// pin has a PIN mailed and takes it out of the mail.
func (s *scene) pin() string {
	s.t.Helper()
	before := len(s.mails)
	must(s.t, s.RequestReset(s.t.Context(), address, "client@example.com"))
	s.deliver()
	if len(s.mails) != before+1 {
		s.t.Fatalf("%d mails were sent for one request", len(s.mails)-before)
	}
	return s.mails[before].PIN
}

// deliver works off what is due.
func (s *scene) deliver() {
	s.t.Helper()
	for got[bool](s.t)(s.MailNextPIN(s.t.Context())) {
	}
}

func (s *scene) reset(pin, password string) error {
	return s.ResetPassword(s.t.Context(), address, account.Reset{Email: "client@example.com", PIN: pin, NewPassword: password})
}

func (s *scene) change(u account.User, password, newPassword string) (account.Tokens, error) {
	return s.ChangePassword(s.t.Context(), address, u.ID, account.PasswordChange{Password: password, NewPassword: newPassword})
}

// verbs are the events announced so far.
func (s *scene) verbs() (subjects []string) {
	for _, m := range outboxtest.Left(s.t, s.store) {
		subjects = append(subjects, m.Subject)
	}
	return subjects
}

// downRegistry is a registry whose revocations fail from the nth on.
type downRegistry struct {
	account.Registry
	after int
}

func (r *downRegistry) down() error {
	if r.after--; r.after < 0 {
		return problem.NewUnavailable(errors.New("down"))
	}
	return nil
}

func (r *downRegistry) RevokeSession(ctx context.Context, userID, sessionID string) error {
	if err := r.down(); err != nil {
		return err
	}
	return r.Registry.RevokeSession(ctx, userID, sessionID)
}

func (r *downRegistry) RevokeUser(ctx context.Context, userID string, below int) error {
	if err := r.down(); err != nil {
		return err
	}
	return r.Registry.RevokeUser(ctx, userID, below)
}

// overtaken has something else happen right after the sweep has revoked.
type overtaken struct {
	account.Registry
	then func()
}

func (r *overtaken) RevokeUser(ctx context.Context, userID string, below int) error {
	err := r.Registry.RevokeUser(ctx, userID, below)
	r.then()
	return err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		must(t, err)
		return value
	}
}

// want fails unless err is the problem.
func want(t *testing.T, code problem.Code, err error) {
	t.Helper()
	if !problem.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

func codes(err error) (all []string) {
	for _, f := range problem.From(err).Fields {
		all = append(all, f.Pointer+" "+string(f.Code))
	}
	slices.Sort(all)
	return all
}
