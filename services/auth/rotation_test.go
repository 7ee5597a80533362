package auth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crm.example/pkg/authn"
	"crm.example/pkg/registry/memory"
	"crm.example/pkg/testenv"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
)

func published(t *testing.T, s *authtest.Server) (kids []string) {
	t.Helper()
	var set authn.JWKS
	res := s.Do(http.MethodGet, "/.well-known/jwks.json", nil)
	res.Into(t, http.StatusOK, &set)
	if policy := res.Header.Get("Cache-Control"); policy != fmt.Sprintf("public, max-age=%d", s.Config.KeyPropagation/(5*time.Second)) {
		t.Errorf("Cache-Control is %q", policy)
	}
	for _, k := range set.Keys {
		kids = append(kids, k.ID)
	}
	return kids
}

// Keys change under load, and neither this service nor another one refuses a token.
func TestRotationUnderLoad(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t, func(cfg *auth.Config, _ *auth.Deps) { cfg.KeyPropagation = time.Second })
	old := published(t, s)[0]
	if err := s.Service.RotateKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kids := published(t, s); len(kids) != 2 {
		t.Fatalf("published %v", kids)
	}
	another := authn.NewVerifier(authn.NewKeySet(s.URL+"/.well-known/jwks.json", http.DefaultClient), s.Config.Issuer, s.Config.Audience)

	ctx, stop := context.WithCancel(t.Context())
	var withOld, withNew atomic.Int64
	var clients sync.WaitGroup
	for _, email := range []string{"one@example.com", "two@example.com", "three@example.com"} {
		s.SignUp(t, email)
		first := s.Login(t, email, authtest.Password)
		clients.Go(func() {
			for tokens := first; ctx.Err() == nil; {
				if _, err := another.Access(t.Context(), tokens.AccessJWT); err != nil {
					t.Errorf("another service: %v", err)
				}
				if res := s.Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(tokens.AccessJWT)...); res.Status != http.StatusOK {
					t.Errorf("profile: %d %s", res.Status, res.Body)
				}
				if kidOf(t, tokens.AccessJWT) == old {
					withOld.Add(1)
				} else {
					withNew.Add(1)
				}
				res := s.Refresh(tokens.RefreshJWT)
				if res.Status != http.StatusOK || json.Unmarshal(res.Body, &tokens) != nil {
					t.Errorf("refresh: %d %s", res.Status, res.Body)
					return
				}
			}
		})
	}
	authtest.Eventually(t, "the new key signs", func() bool { return withNew.Load() > 20 })
	stop()
	clients.Wait()
	if withOld.Load() == 0 {
		t.Error("the old key did not sign under load")
	}
}

func kidOf(t *testing.T, token string) string {
	t.Helper()
	return authtest.Header(t, token)["kid"].(string)
}

// Two replicas that start at once on an empty store take each other's tokens.
func TestReplicas(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config(t)
	cfg.KeyPropagation, cfg.StoreURL = time.Second, testenv.MongoDB(t)
	replicas := make([]*authtest.Server, 2)
	shared := memory.New()
	var starting sync.WaitGroup
	for i := range replicas {
		starting.Go(func() {
			replicas[i] = authtest.Start(t, func(c *auth.Config, deps *auth.Deps) {
				*c, deps.Tokens, deps.Throttle = cfg, shared, shared
			})
		})
	}
	starting.Wait()
	replicas[0].SignUp(t, "client@example.com")
	tokens := replicas[0].Login(t, "client@example.com", authtest.Password)
	var again authtest.Tokens
	replicas[1].Refresh(tokens.RefreshJWT).Into(t, http.StatusOK, &again)
	replicas[1].Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(again.AccessJWT)...).Want(t, http.StatusOK)
	if err := replicas[0].Service.RotateKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	authtest.Eventually(t, "the other learns of the new key", func() bool { return len(published(t, replicas[1])) == 2 })
}
