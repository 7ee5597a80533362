package signing

import (
	"context"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"crm.example/pkg/authn"
	"crm.example/services/auth/internal/account"
)

// Access makes an access JWT (RFC 9068). From it other services know the caller without a look-up.
func (r *Ring) Access(_ context.Context, t account.AccessToken) (string, error) {
	return r.sign(authn.TypeAccess, authn.Claims{
		RegisteredClaims: r.registered(t.ID, t.UserID, t.IssuedAt, t.ExpiresAt),
		SessionID:        t.SessionID, Generation: t.Generation, Role: string(t.Role), Name: t.Name,
	})
}

// Refresh makes a refresh JWT, which only this service accepts.
func (r *Ring) Refresh(_ context.Context, t account.RefreshToken) (string, error) {
	return r.sign(authn.TypeRefresh, authn.Claims{
		RegisteredClaims: r.registered(t.ID, t.UserID, t.IssuedAt, t.ExpiresAt),
		SessionID:        t.SessionID, Generation: t.Generation,
	})
}

func (r *Ring) registered(id, userID string, issued, expires time.Time) jwt.RegisteredClaims {
	return jwt.RegisteredClaims{
		ID: id, Subject: userID, Issuer: r.Issuer, Audience: jwt.ClaimStrings{r.Audience},
		IssuedAt: jwt.NewNumericDate(issued), ExpiresAt: jwt.NewNumericDate(expires),
	}
}

func (r *Ring) sign(typ string, claims authn.Claims) (string, error) {
	k := r.keys.Load().signer(r.Now())
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["typ"], token.Header["kid"] = typ, k.kid
	text, err := token.SignedString(k.private)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", typ, err)
	}
	return text, nil
}
