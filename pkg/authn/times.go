package authn

import (
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"crm.example/pkg/problem"
)

// timing says whether the times in a token's claims let it count now.
type timing func(claims Claims, now time.Time) error

func anyTime(Claims, time.Time) error { return nil }

// timely refuses a token that is over. One from the future is no less genuine (RFC 7519 gives no reason to refuse by
// iat): a clock of ours is wrong, so that nobody knows for how long it counts. That is an outage, and clients keep the token.
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
