package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crm.example/pkg/problem"
)

// Refresh gives new tokens for a refresh JWT whose signature was checked. The newest one of its session
// rotates it. The one before gets its successor again if that was issued a moment ago or was never used. Any
// older one was stolen, now or earlier, and ends the session for both clients (RFC 9700, section 4.14.2).
// Problems: `refresh-invalid` for a session that is not known or over, `session-ended` for one that was ended,
// `rate-limited` for one that was refreshed too often a moment ago: it goes on afterwards.
func (a *Accounts) Refresh(ctx context.Context, t RefreshToken) (Tokens, error) {
	if err := a.admit(ctx, "refresh:"+t.SessionID, a.Limits.RefreshPerSession, AccessLifetime); err != nil {
		return Tokens{}, err
	}
	for {
		tokens, err := a.refresh(ctx, t, a.now())
		if !errors.Is(err, errMoved) { // somebody else has succeeded
			return tokens, err
		}
	}
}

func (a *Accounts) refresh(ctx context.Context, t RefreshToken, now time.Time) (Tokens, error) {
	s, u, err := a.liveSession(ctx, t, now)
	if err != nil {
		return Tokens{}, err
	}
	verdict, err := a.judge(ctx, s, t.Generation, now)
	if err != nil {
		return Tokens{}, err
	}
	switch verdict {
	case rotate:
		return a.rotate(ctx, u, s)
	case repeat:
		return a.repeat(ctx, u, s)
	case unheardOf: // the store has lost data: it is not the client's fault
		return Tokens{}, errRefresh()
	}
	if err := a.endSession(ctx, s.UserID, s.ID); err != nil {
		return Tokens{}, err
	}
	return Tokens{}, errEnded()
}

// liveSession reads the session and then its user, who must be of the same epoch.
func (a *Accounts) liveSession(ctx context.Context, t RefreshToken, now time.Time) (Session, User, error) {
	s, err := a.Store.SessionByID(ctx, t.SessionID)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return Session{}, User{}, err
	}
	if err != nil || s.UserID != t.UserID || !now.Before(s.ExpiresAt) {
		return Session{}, User{}, errRefresh()
	}
	if !s.EndedAt.IsZero() {
		return Session{}, User{}, errEnded()
	}
	if ahead(s.RotatedAt, now) {
		return Session{}, User{}, errClock(s.RotatedAt.Sub(now))
	}
	u, err := a.sameEpoch(ctx, s)
	return s, u, err
}

// errClock is an outage: if we do not know when the session came to its generation, we cannot distinguish a repeat from a theft.
func errClock(by time.Duration) error {
	return problem.NewUnavailable(fmt.Errorf("the session's last refresh lies %s ahead of this server's clock", by))
}

// judge asks the registry only if the verdict depends on it.
func (a *Accounts) judge(ctx context.Context, s Session, generation int, now time.Time) (verdict, error) {
	v := s.judge(generation, now)
	if v != repeatIfUnused {
		return v, nil
	}
	used, err := a.Registry.Accepted(ctx, s.UserID, s.ID, s.Generation)
	if err != nil {
		return v, err
	}
	if used {
		return stolen, nil
	}
	return repeat, nil
}

// rotate sets the beginning of the time limit for a lost answer: when the session is stored, not when the request came.
func (a *Accounts) rotate(ctx context.Context, u User, s Session) (Tokens, error) {
	from := s.Generation
	if err := s.rotate(from, a.now()); err != nil {
		return Tokens{}, err
	}
	return a.issue(ctx, u, s, func() error {
		_, err := a.Store.UpdateSession(ctx, s.ID, func(s *Session) error { return s.rotate(from, a.now()) })
		return err
	})
}

func (a *Accounts) repeat(ctx context.Context, u User, s Session) (Tokens, error) {
	return a.issue(ctx, u, s, func() error {
		_, err := a.Store.UpdateSession(ctx, s.ID, func(now *Session) error { return now.repeat(s.Generation) })
		return err
	})
}
