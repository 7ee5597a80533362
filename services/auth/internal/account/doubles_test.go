package account_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"crm.example/pkg/registry"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/announce"
	"crm.example/services/auth/internal/store/sqlitestore"
)

// hasher is cheap and tells everything: a hash is its cost, a salt and the password. Cost 1 is stale.
type hasher struct {
	cost string
	salt func() string
}

func (h hasher) Hash(_ context.Context, _, password string) (string, error) {
	return h.cost + ":" + h.salt() + ":" + password, nil
}

func (hasher) Compare(_ context.Context, _, hash, password string) (ok, stale bool, err error) {
	return hash != "" && hashed(hash) == password, hash != "" && hash[0] == '1', nil
}

// hashed is the password in a hash.
func hashed(hash string) string {
	return hash[strings.LastIndex(hash, ":")+1:]
}

// signer keeps what it signed under its id, which is the whole JWT.
type signer struct {
	access  map[string]account.AccessToken
	refresh map[string]account.RefreshToken
}

func newSigner() *signer {
	return &signer{access: map[string]account.AccessToken{}, refresh: map[string]account.RefreshToken{}}
}

func (s *signer) Access(_ context.Context, t account.AccessToken) (string, error) {
	s.access[t.ID] = t
	return t.ID, nil
}

func (s *signer) Refresh(_ context.Context, t account.RefreshToken) (string, error) {
	s.refresh[t.ID] = t
	return t.ID, nil
}

type pins struct{}

func (pins) HMAC(userID, pin string) []byte {
	mac := hmac.New(sha256.New, []byte("key"))
	mac.Write([]byte(userID + "\x00" + pin))
	return mac.Sum(nil)
}

// tokens lets the use cases reach a registry of pkg/registry.
type tokens struct{ registry.Tokens }

func (r tokens) Register(ctx context.Context, t account.AccessToken) error {
	return r.Tokens.Register(ctx, registry.Token{
		ID: t.ID, UserID: t.UserID, SessionID: t.SessionID, Generation: t.Generation, Epoch: t.Epoch, Expires: t.ExpiresAt,
	})
}

// openStore opens the real store, in memory-backed files where the system has them: thousands of durable
// writes are then no slower than undurable ones.
func openStore(t testing.TB) *sqlitestore.Store {
	t.Helper()
	dir := t.TempDir()
	if fast, err := os.MkdirTemp("/dev/shm", "crm-account-"); err == nil {
		dir = fast
		t.Cleanup(func() { _ = os.RemoveAll(fast) })
	}
	s, err := sqlitestore.Open(context.Background(), filepath.Join(dir, "auth.db"), announce.Message)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// lockedSigner is a signer for several at once.
type lockedSigner struct {
	mu     sync.Mutex
	signer *signer
}

func (l *lockedSigner) Access(ctx context.Context, t account.AccessToken) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.signer.Access(ctx, t)
}

func (l *lockedSigner) Refresh(ctx context.Context, t account.RefreshToken) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.signer.Refresh(ctx, t)
}
