package account

import (
	"context"

	"crm.example/pkg/problem"
)

// Logout ends a session: its access JWTs stop counting and its refresh JWT is dead. It may be repeated, also
// with an access JWT that has expired or was revoked. Without an error, both is certain.
func (a *Accounts) Logout(ctx context.Context, userID, sessionID string) error {
	return a.endSession(ctx, userID, sessionID)
}

// endSession revokes, ends, and revokes again. The first time shows that the registry answers before
// anything is changed; the second takes out what a refresh registered meanwhile; if it is not reached,
// SweepRevocations comes later. A caller who goes away does not stop it half-way.
func (a *Accounts) endSession(ctx context.Context, userID, sessionID string) error {
	if err := a.Registry.RevokeSession(ctx, userID, sessionID); err != nil {
		return err
	}
	ctx, now := context.WithoutCancel(ctx), a.now()
	_, err := a.Store.UpdateSession(ctx, sessionID, func(s *Session) error { s.end(now); return nil })
	if err != nil && !problem.Is(err, problem.NotFound) { // one long over is not there any more
		return err
	}
	return a.Registry.RevokeSession(ctx, userID, sessionID)
}

// endAllSessions is to a user what endSession is to a session. change must begin a new epoch.
func (a *Accounts) endAllSessions(ctx context.Context, u User, change func(*User) error) (User, error) {
	if err := a.Registry.RevokeUser(ctx, u.ID, u.SessionEpoch+1); err != nil {
		return User{}, err
	}
	ctx = context.WithoutCancel(ctx)
	u, err := a.Store.UpdateUser(ctx, u.ID, change)
	if err != nil {
		return User{}, err
	}
	return u, a.Registry.RevokeUser(ctx, u.ID, u.SessionEpoch)
}
