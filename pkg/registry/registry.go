// Package registry keeps what is short-lived: which access JWTs count, and who has tried too often.
// It holds the ports; memory (and, for several processes, redis) say how.
package registry

import (
	"context"
	"time"
)

// Token is an access JWT that counts until Expires, or until its session or its user is revoked.
type Token struct {
	ID         string // the claim jti
	UserID     string // the claim sub
	SessionID  string // the claim sid
	Generation int    // the claim gen: how often the session was refreshed before
	Epoch      int    // the user's session epoch when the session began
	Expires    time.Time
}

// Standing is what a registry knows of a token.
type Standing int

// The standings of a token.
const (
	Unknown Standing = iota // the registry did not answer
	Counts
	Ended // it has expired, was revoked, or was never registered
)

// MostTokens bounds what one user can make a registry hold and search: with as many, registering another takes the one
// out that ends first. Its client refreshes.
const MostTokens = 64

// Tokens are the valid access JWTs. Every method is atomic, and every failure is a problem
// `unavailable`: a registry that does not answer never lets a token in and never says that one was revoked.
type Tokens interface {
	// Register makes a token count, within MostTokens of its user. Registering it again changes nothing.
	Register(ctx context.Context, t Token) error
	// Accept tells whether the token counts, and notes that it was used.
	Accept(ctx context.Context, userID, tokenID string) (bool, error)
	// Standings tells of many tokens at once whether each still counts, in their order, and notes no use: it is for what lasts
	// longer than a request. Only ID and UserID are looked at. A token that nothing could be learnt of is Unknown, whatever
	// was learnt of the others; it takes no longer than ctx.
	Standings(ctx context.Context, tokens []Token) []Standing
	// Accepted tells whether any token of this generation of the session has been used.
	Accepted(ctx context.Context, userID, sessionID string, generation int) (bool, error)
	// Remove takes one token out. One that is not there is no error.
	Remove(ctx context.Context, userID, tokenID string) error
	// RevokeSession takes out every token of a session.
	RevokeSession(ctx context.Context, userID, sessionID string) error
	// RevokeUser takes out every token of the user whose epoch is below the given one, so that
	// repeating it never hits a session that began later.
	RevokeUser(ctx context.Context, userID string, below int) error
}

// Throttle counts attempts under a key within a window that begins with the first of them.
// Every method is atomic; a failure is a problem `unavailable`.
type Throttle interface {
	// Take counts an attempt. left is how many more the window bears; below 0, this one was above the limit and was not
	// counted. ends is how long the window still lasts: never longer than window, whatever the clock was before.
	Take(ctx context.Context, key string, limit int, window time.Duration) (left int, ends time.Duration, err error)
	// Return takes one attempt back, for one that turned out to be in order.
	Return(ctx context.Context, key string) error
}
