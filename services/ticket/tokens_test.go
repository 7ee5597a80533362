package ticket_test

import (
	"crypto/ed25519"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"crm.example/pkg/authn"
	"crm.example/pkg/problem"
)

func TestTokensThatDoNotCount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, stranger, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	claims := func(change func(*authn.Claims)) authn.Claims {
		c := s.claims(uuid.NewString(), "client", "Client One")
		change(&c)
		s.register(c)
		return c
	}
	fine := claims(func(*authn.Claims) {})
	good := s.sign(fine, authn.TypeAccess, s.key)
	revoked := s.claims(uuid.NewString(), "client", "Client One")
	past := jwt.NewNumericDate(time.Now().Add(-time.Minute))
	tests := map[string]struct {
		header string
		want   problem.Code
	}{
		"none":                {"", problem.TokenMissing},
		"no scheme":           {good, problem.TokenMissing},
		"another scheme":      {"Basic " + good, problem.TokenMissing},
		"garbled":             {"Bearer x.y.z", problem.TokenInvalid},
		"last character":      {"Bearer " + good[:len(good)-1] + string(good[len(good)-1]^1), problem.TokenInvalid},
		"another key":         {"Bearer " + s.sign(fine, authn.TypeAccess, stranger), problem.TokenInvalid},
		"no signature":        {"Bearer " + s.sign(fine, authn.TypeAccess, jwt.UnsafeAllowNoneSignatureType), problem.TokenInvalid},
		"refresh JWT":         {"Bearer " + s.sign(fine, authn.TypeRefresh, s.key), problem.TokenInvalid},
		"another issuer":      {"Bearer " + s.sign(claims(func(c *authn.Claims) { c.Issuer = "https://other.example" }), authn.TypeAccess, s.key), problem.TokenInvalid},
		"another audience":    {"Bearer " + s.sign(claims(func(c *authn.Claims) { c.Audience = jwt.ClaimStrings{"other"} }), authn.TypeAccess, s.key), problem.TokenInvalid},
		"expired":             {"Bearer " + s.sign(claims(func(c *authn.Claims) { c.ExpiresAt = past }), authn.TypeAccess, s.key), problem.TokenExpired},
		"not in the registry": {"Bearer " + s.sign(revoked, authn.TypeAccess, s.key), problem.TokenRevoked},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := s.in(t)
			got := s.call(user{}, "GET", "/v1/ticket", "", "Authorization", test.header)
			got.problem(test.want)
			if got.header.Get("WWW-Authenticate") == "" {
				t.Error("no WWW-Authenticate")
			}
		})
	}
	if got := s.call(user{token: good}, "GET", "/v1/ticket", ""); got.status != http.StatusOK {
		t.Errorf("the token that the others are made from: %d %s", got.status, got.body)
	}
}

func TestRevokedWhileItWasCached(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.login("client", "Client One")
	s.open(client)
	if err := s.tokens.RevokeUser(t.Context(), client.id, 1); err != nil {
		t.Fatal(err)
	}
	s.call(client, "GET", "/v1/ticket", "").problem(problem.TokenRevoked)
}
