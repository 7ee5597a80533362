// Package authn validates the JWTs that the auth service issues (RFC 7519, RFC 8725) and puts the
// caller into the request. It holds no private key and knows no user store.
package authn

import (
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The two types of token, as the header typ tells them apart (RFC 9068 for the first).
const (
	TypeAccess  = "at+jwt"
	TypeRefresh = "rt+jwt"
)

// How long a token of each type is valid at most.
const (
	AccessLifetime  = 15 * time.Minute
	RefreshLifetime = 30 * 24 * time.Hour
)

// Algorithm is the only one that is used to sign, and the only one accepted: Ed25519 (RFC 8037).
const Algorithm = "EdDSA"

// The roles of a user.
const (
	RoleClient = "client"
	RoleAgent  = "agent"
	RoleAdmin  = "admin" // an agent who manages what all agents share
)

// Claims of an access JWT; a refresh JWT has neither role nor name.
type Claims struct {
	jwt.RegisteredClaims
	SessionID  string `json:"sid"`
	Generation int    `json:"gen"` // how often the session was refreshed before
	Role       string `json:"role,omitempty"`
	Name       string `json:"name,omitempty"`
}

// Principal is who makes a request, as the access JWT says.
type Principal struct {
	UserID     string
	SessionID  string
	TokenID    string
	Name       string
	Role       string
	Generation int
	Expires    time.Time
}

func principalOf(c Claims) Principal {
	return Principal{UserID: c.Subject, SessionID: c.SessionID, TokenID: c.ID, Name: c.Name, Role: c.Role,
		Generation: c.Generation, Expires: c.ExpiresAt.Time}
}
