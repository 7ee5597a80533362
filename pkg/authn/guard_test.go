package authn_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/authn"
	"crm.example/pkg/problem"
	"crm.example/pkg/registry"
	"crm.example/pkg/registry/memory"
	"crm.example/pkg/web"
)

// down is a registry that does not answer.
type down struct{ registry.Tokens }

func (down) Accept(context.Context, string, string) (bool, error) {
	return false, problem.NewUnavailable(errors.New("no answer"))
}

func private(t *testing.T, v *authn.Verifier, tokens registry.Tokens) http.Handler {
	t.Helper()
	e, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	who := func(c echo.Context) error { return c.String(http.StatusOK, authn.PrincipalOf(c).UserID) }
	guard := authn.NewGuard(v, tokens)
	e.GET("/any", who, guard.Require())
	e.GET("/agents", who, guard.Require(authn.RoleAgent))
	e.GET("/logout", who, guard.RequireGenuine())
	return e
}

func TestGuard(t *testing.T) {
	t.Parallel()
	public, key := newKey(t)
	v := authn.NewVerifier(keyring{"one": public}, issuer, audience)
	tokens := memory.New()
	register(t, tokens, "jti")
	token := sign(t, key, change{})
	unregistered := sign(t, key, change{claims: func(c *authn.Claims) { c.ID = "other" }})
	tests := map[string]struct {
		path    string
		headers []string
		want    problem.Code
	}{
		"counts":               {"/any", []string{"Bearer " + token}, ""},
		"scheme in lower case": {"/any", []string{"bearer " + token}, ""},
		"no header":            {"/any", nil, problem.TokenMissing},
		"raw token":            {"/any", []string{token}, problem.TokenMissing},
		"basic":                {"/any", []string{"Basic " + token}, problem.TokenMissing},
		"no token":             {"/any", []string{"Bearer "}, problem.TokenMissing},
		"two headers":          {"/any", []string{"Bearer " + token, "Bearer " + token}, problem.TokenMissing},
		"two tokens":           {"/any", []string{"Bearer " + token + " " + token}, problem.TokenInvalid},
		"garbled":              {"/any", []string{"Bearer garbled"}, problem.TokenInvalid},
		"not registered":       {"/any", []string{"Bearer " + unregistered}, problem.TokenRevoked},
		"wrong role":           {"/agents", []string{"Bearer " + token}, problem.RoleForbidden},
		"logout, revoked":      {"/logout", []string{"Bearer " + unregistered}, ""},
		"logout, garbled":      {"/logout", []string{"Bearer garbled"}, problem.TokenInvalid},
	}
	h := private(t, v, tokens)
	for name, test := range tests {
		if code := ask(h, test.path, test.headers...); code != test.want {
			t.Errorf("%s: %q, want %q", name, code, test.want)
		}
	}
}

func TestRevocationCountsThoughTheSignatureIsRemembered(t *testing.T) {
	t.Parallel()
	public, key := newKey(t)
	tokens := memory.New()
	register(t, tokens, "jti")
	h := private(t, authn.NewVerifier(keyring{"one": public}, issuer, audience), tokens)
	token := "Bearer " + sign(t, key, change{})
	if code := ask(h, "/any", token); code != "" {
		t.Fatal(code)
	}
	if err := tokens.RevokeSession(t.Context(), "user", "session"); err != nil {
		t.Fatal(err)
	}
	if code := ask(h, "/any", token); code != problem.TokenRevoked {
		t.Errorf("after the revocation: %q", code)
	}
}

func TestRegistryOutageIsNoVerdict(t *testing.T) {
	t.Parallel()
	public, key := newKey(t)
	h := private(t, authn.NewVerifier(keyring{"one": public}, issuer, audience), down{})
	if code := ask(h, "/any", "Bearer "+sign(t, key, change{})); code != problem.Unavailable {
		t.Errorf("%q, want unavailable", code)
	}
}

func register(t *testing.T, tokens registry.Tokens, id string) {
	t.Helper()
	err := tokens.Register(t.Context(), registry.Token{ID: id, UserID: "user", SessionID: "session", Generation: 3, Expires: time.Now().Add(time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
}

// ask gives back the code of the problem, or "" for a yes.
func ask(h http.Handler, path string, authorization ...string) problem.Code {
	req := httptest.NewRequest(http.MethodGet, path, nil)
	req.Header["Authorization"] = authorization
	res := httptest.NewRecorder()
	h.ServeHTTP(res, req)
	if res.Code == http.StatusOK {
		return ""
	}
	var body struct{ Code problem.Code }
	if err := json.Unmarshal(res.Body.Bytes(), &body); err != nil {
		return problem.Code(res.Body.String())
	}
	return body.Code
}
