package authtest

import (
	"context"
	"encoding/base64"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/announce"
	"crm.example/services/auth/internal/signing"
	"crm.example/services/auth/internal/store/sqlitestore"
)

// Forger makes tokens that the service would not make.
type Forger struct{ ring *signing.Ring }

// Forger signs with the service's own keys, which it reads from the store as an operator could.
func (s *Server) Forger(t testing.TB) Forger {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), s.StorePath(), announce.Message)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return newForger(t, s, store)
}

// Stranger signs with keys of its own.
func (s *Server) Stranger(t testing.TB) Forger {
	t.Helper()
	return newForger(t, s, noKeys{keys: new([]account.Key)})
}

func newForger(t testing.TB, s *Server, keys account.Keys) Forger {
	t.Helper()
	secret, err := base64.StdEncoding.DecodeString(s.Config.Secret)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := signing.Open(t.Context(), signing.Options{
		Keys: keys, Secret: secret, Issuer: s.Config.Issuer, Audience: s.Config.Audience,
		Propagation: time.Hour, NewID: func() string { return "none" }, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return Forger{ring: ring}
}

// Access signs what of says, issued some time ago.
func (f Forger) Access(t testing.TB, of account.AccessToken, ago time.Duration) string {
	t.Helper()
	of.IssuedAt = time.Now().Add(-ago)
	of.ExpiresAt = of.IssuedAt.Add(account.AccessLifetime)
	token, err := f.ring.Access(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// Refresh signs what of says, issued some time ago.
func (f Forger) Refresh(t testing.TB, of account.RefreshToken, ago time.Duration) string {
	t.Helper()
	of.IssuedAt = time.Now().Add(-ago)
	of.ExpiresAt = of.IssuedAt.Add(account.SessionLifetime)
	token, err := f.ring.Refresh(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// Read gives the claims of a token, unchecked.
func Read(t testing.TB, token string) jwt.MapClaims {
	t.Helper()
	return parse(t, token).Claims.(jwt.MapClaims)
}

// Header gives the header of a token, unchecked.
func Header(t testing.TB, token string) map[string]any {
	t.Helper()
	return parse(t, token).Header
}

func parse(t testing.TB, token string) *jwt.Token {
	t.Helper()
	parsed, _, err := jwt.NewParser().ParseUnverified(token, jwt.MapClaims{})
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// AccessOf gives back what an access JWT was made of.
func AccessOf(t testing.TB, token string) account.AccessToken {
	t.Helper()
	c := Read(t, token)
	return account.AccessToken{
		ID: c["jti"].(string), UserID: c["sub"].(string), SessionID: c["sid"].(string), Generation: int(c["gen"].(float64)),
		Role: account.Role(c["role"].(string)), Name: c["name"].(string),
	}
}

// noKeys is a store of keys that begins empty.
type noKeys struct{ keys *[]account.Key }

func (n noKeys) Keys(context.Context) ([]account.Key, error) { return *n.keys, nil }

func (n noKeys) AddKey(_ context.Context, k account.Key) error {
	*n.keys = append(*n.keys, k)
	return nil
}

func (n noKeys) RemoveKey(context.Context, string) error { return nil }
