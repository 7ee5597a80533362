package authn

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	lru "github.com/hashicorp/golang-lru/v2"

	"crm.example/pkg/problem"
)

// verifiedTokens is how many access JWTs are remembered as genuine, about 600 bytes each.
const verifiedTokens = 8192

// ClockLeeway is how far the clock of the issuer may be ahead of ours: a new token must be valid everywhere at once.
const ClockLeeway = time.Minute

// Verifier tells whether a token is genuine: signature, algorithm, type, issuer, audience and times.
// The registry decides whether it is still valid. Safe for concurrent use.
type Verifier struct {
	keys    Keys
	parser  *jwt.Parser
	names   *jwt.Validator // of issuer and audience
	now     func() time.Time
	genuine *lru.Cache[[sha256.Size]byte, Claims] // by the hash of the full token, so that another spelling of it does not match
}

// NewVerifier makes a verifier of the tokens that issuer made for audience.
func NewVerifier(keys Keys, issuer, audience string) *Verifier {
	genuine, err := lru.New[[sha256.Size]byte, Claims](verifiedTokens)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &Verifier{
		keys: keys, genuine: genuine,
		parser: jwt.NewParser(jwt.WithValidMethods([]string{Algorithm}), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation()),
		names:  jwt.NewValidator(jwt.WithIssuer(issuer), jwt.WithAudience(audience)),
		now:    time.Now,
	}
}

// Access verifies an access JWT. Problems: token-invalid, token-expired, unavailable.
func (v *Verifier) Access(ctx context.Context, token string) (Claims, error) {
	hash := sha256.Sum256([]byte(token))
	if claims, ok := v.genuine.Get(hash); ok {
		switch err := timely(claims, v.now()); {
		case errors.Is(err, jwt.ErrTokenExpired):
			v.genuine.Remove(hash)
			return Claims{}, errExpired
		case err != nil:
			return Claims{}, err
		}
		return claims, nil
	}
	claims, err := v.access(ctx, token, timely)
	if err != nil {
		return Claims{}, err
	}
	v.genuine.Add(hash, claims)
	return claims, nil
}

// AccessEvenExpired verifies an access JWT but not its times, for logout: an expired token must
// still be able to end its session. Problems: token-invalid, unavailable.
func (v *Verifier) AccessEvenExpired(ctx context.Context, token string) (Claims, error) {
	return v.access(ctx, token, anyTime)
}

// Refresh verifies a refresh JWT. Problems: refresh-invalid, unavailable.
func (v *Verifier) Refresh(ctx context.Context, token string) (Claims, error) {
	claims, err := v.parse(ctx, token, TypeRefresh)
	if err == nil {
		err = v.validate(claims, RefreshLifetime, timely)
	}
	switch {
	case problem.Is(err, problem.Unavailable):
		return Claims{}, err
	case err != nil:
		return Claims{}, &problem.Error{Code: problem.RefreshInvalid, Cause: err}
	}
	return claims, nil
}

var errExpired = problem.New(problem.TokenExpired, "")

func (v *Verifier) access(ctx context.Context, token string, when timing) (Claims, error) {
	claims, err := v.parse(ctx, token, TypeAccess)
	if err == nil && (claims.ID == "" || claims.Role == "") {
		err = errors.New("no jti or role")
	}
	if err == nil {
		err = v.validate(claims, AccessLifetime, when)
	}
	switch {
	case problem.Is(err, problem.Unavailable):
		return Claims{}, err
	case errors.Is(err, jwt.ErrTokenExpired):
		return Claims{}, errExpired
	case err != nil:
		return Claims{}, &problem.Error{Code: problem.TokenInvalid, Cause: err}
	}
	return claims, nil
}

// parse checks the signature and the header, and not yet the claims.
func (v *Verifier) parse(ctx context.Context, token, typ string) (Claims, error) {
	var claims Claims
	if strings.ContainsAny(token, "\r\n") { // which Go's base64 passes over
		return claims, errors.New("line break in token")
	}
	_, err := v.parser.ParseWithClaims(token, &claims, func(t *jwt.Token) (any, error) {
		if t.Header["typ"] != typ {
			return nil, errors.New("wrong typ")
		}
		if _, critical := t.Header["crit"]; critical {
			return nil, errors.New("crit is not understood") // RFC 7515, section 4.1.11
		}
		kid, _ := t.Header["kid"].(string)
		return v.keys.Key(ctx, kid)
	})
	return claims, err
}

// validate checks the claims, and their times last: a wrong time may be the fault of a clock.
func (v *Verifier) validate(claims Claims, lifetime time.Duration, when timing) error {
	if claims.ExpiresAt == nil || claims.IssuedAt == nil || claims.ExpiresAt.Sub(claims.IssuedAt.Time) > lifetime {
		return errors.New("no exp, no iat or a lifetime that we do not give")
	}
	if claims.Subject == "" || claims.SessionID == "" {
		return errors.New("no sub or sid")
	}
	if err := v.names.Validate(jwt.RegisteredClaims{Issuer: claims.Issuer, Audience: claims.Audience}); err != nil {
		return err
	}
	return when(claims, v.now())
}
