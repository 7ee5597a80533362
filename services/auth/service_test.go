package auth_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"crm.example/pkg/registry/memory"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
)

// The service lives from the start, and is ready when what a crash may have left undone is done.
func TestReadiness(t *testing.T) {
	t.Parallel()
	registry := memory.New()
	service, err := auth.Open(t.Context(), authtest.Config(t), auth.Deps{
		Tokens: registry, Throttle: registry, Hasher: authtest.NewHasher(t), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer service.Close()
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusServiceUnavailable} {
		answer := httptest.NewRecorder()
		service.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		if answer.Code != want {
			t.Errorf("%s before Run: %d %s", path, answer.Code, answer.Body)
		}
	}
	s := authtest.Start(t)
	authtest.Eventually(t, "the service is ready", func() bool { return s.Do(http.MethodGet, "/readyz", nil).Status == http.StatusOK })
}

// The registry learns of each token what it is asked for later.
func TestWhatTheRegistryKeeps(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	if err := s.Service.GrantRole(t.Context(), "client@example.com", "agent"); err != nil { // begins epoch 1
		t.Fatal(err)
	}
	first := s.Login(t, "client@example.com", authtest.Password)
	var second authtest.Tokens
	s.Refresh(first.RefreshJWT).Into(t, http.StatusOK, &second)
	profile := func() int {
		return s.Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(second.AccessJWT)...).Status
	}
	if status := profile(); status != http.StatusOK {
		t.Fatalf("profile: %d", status)
	}
	token := authtest.AccessOf(t, second.AccessJWT)
	for generation, want := range []bool{false, true} {
		if used, err := s.Tokens.Accepted(t.Context(), token.UserID, token.SessionID, generation); used != want || err != nil {
			t.Errorf("generation %d used: %v, %v", generation, used, err)
		}
	}
	for below, want := range []int{http.StatusOK, http.StatusOK, http.StatusForbidden} {
		if err := s.Tokens.RevokeUser(t.Context(), token.UserID, below); err != nil {
			t.Fatal(err)
		}
		if status := profile(); status != want {
			t.Errorf("epochs below %d revoked: %d", below, status)
		}
	}
}
