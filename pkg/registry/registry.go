// Package registry is for short-lived data: valid access JWTs, and counters of attempts. It has the interfaces;
// its packages memory and redis (for several processes) implement them.
package registry

import (
	"context"
	"time"
)

// Token is an access JWT that is valid until Expires, or until its session or its user is revoked.
type Token struct {
	ID         string // the claim jti
	UserID     string // the claim sub
	SessionID  string // the claim sid
	Generation int    // the claim gen: how often the session was refreshed before
	Epoch      int    // the user's session epoch when the session began
	Expires    time.Time
}

// Standing says whether a token is valid, as far as the registry knows.
type Standing int

// The standings of a token.
const (
	Unknown Standing = iota // the registry did not answer
	Counts
	Ended // it has expired, was revoked, or was never registered
)

// MostTokens is the limit for one user, so that nobody can make a registry large or slow. If a user has so many, registering
// another one removes the one that ends first; its client refreshes.
const MostTokens = 64

// Tokens are the valid access JWTs. Every method is atomic, and every failure is a problem
// `unavailable`: a registry that does not answer never lets a token in and never says that one was revoked.
type Tokens interface {
	// Register makes a token valid, within MostTokens of its user. Registering it again changes nothing.
	Register(ctx context.Context, t Token) error
	// Accept tells whether the token is valid, and notes that it was used.
	Accept(ctx context.Context, userID, tokenID string) (bool, error)
	// Standings tells for many tokens at once whether each is still valid, in their order. It does not note that they were used:
	// it is for the live feed. Only ID and UserID are needed. A token without an answer is Unknown, whatever the answers for the
	// others are. It takes no longer than ctx.
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
	// Take counts an attempt. left is how many more the window allows; below 0, this one was above the limit and was not
	// counted. ends is how long the window still lasts: never longer than window, even if the clock was wrong before.
	Take(ctx context.Context, key string, limit int, window time.Duration) (left int, ends time.Duration, err error)
	// Return gives one attempt back, if it was not a failure after all.
	Return(ctx context.Context, key string) error
}
