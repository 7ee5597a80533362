package ticket_test

import (
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"crm.example/pkg/authn"
	"crm.example/pkg/registry"
)

// user is somebody who has logged in.
type user struct{ id, name, role, token string }

func (s *site) login(role, name string) user {
	s.t.Helper()
	claims := s.claims(uuid.NewString(), role, name)
	s.register(claims)
	return user{id: claims.Subject, name: name, role: role, token: s.sign(claims, authn.TypeAccess, s.key)}
}

func (s *site) claims(id, role, name string) authn.Claims {
	now := time.Now()
	return authn.Claims{
		RegisteredClaims: jwt.RegisteredClaims{
			ID: uuid.NewString(), Subject: id, Issuer: "https://crm.example", Audience: jwt.ClaimStrings{"crm"},
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(authn.AccessLifetime)),
		},
		SessionID: uuid.NewString(), Role: role, Name: name,
	}
}

func (s *site) register(c authn.Claims) {
	s.t.Helper()
	err := s.tokens.Register(s.t.Context(), registry.Token{ID: c.ID, UserID: c.Subject, SessionID: c.SessionID, Expires: c.ExpiresAt.Time})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) sign(c authn.Claims, typ string, key any) string {
	s.t.Helper()
	method := jwt.SigningMethod(jwt.SigningMethodEdDSA)
	if key == jwt.UnsafeAllowNoneSignatureType {
		method = jwt.SigningMethodNone
	}
	token := jwt.NewWithClaims(method, c)
	token.Header["typ"], token.Header["kid"] = typ, keyID
	text, err := token.SignedString(key)
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}
