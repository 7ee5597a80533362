package authn

import (
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"crm.example/pkg/problem"
)

// timing says whether a token is valid now, by the times in its claims.
type timing func(claims Claims, now time.Time) error

func anyTime(Claims, time.Time) error { return nil }

// timely refuses a token that has expired. A token from the future is genuine too (RFC 7519 gives no reason to refuse it
// because of iat): one of our clocks is wrong, so we cannot tell how long it is valid. This is an outage, and clients keep
// the token.
func timely(claims Claims, now time.Time) error {
	if !now.Before(claims.ExpiresAt.Time) {
		return jwt.ErrTokenExpired
	}
	begins := claims.IssuedAt.Time
	if nbf := claims.NotBefore; nbf != nil && nbf.After(begins) {
		begins = nbf.Time
	}
	ahead := begins.Sub(now)
	if ahead <= ClockLeeway {
		return nil
	}
	return &problem.Error{
		Code: problem.Unavailable, Detail: "The clocks of our servers differ too much.", RetryAfter: min(ahead-ClockLeeway, time.Minute),
		Cause: fmt.Errorf("the token counts from a time %s ahead of this server's clock", ahead.Round(time.Millisecond)),
	}
}
