package account

import (
	"context"

	"crm.example/pkg/problem"
)

// Logout ends a session: its access JWTs and its refresh JWT are no longer valid. It may be repeated, also
// with an access JWT that has expired or was revoked. Without an error, both are certainly not valid.
func (a *Accounts) Logout(ctx context.Context, userID, sessionID string) error {
	return a.endSession(ctx, userID, sessionID)
}

// endSession revokes, ends, and revokes again. The first revocation shows that the registry answers before
// anything is changed. The second one removes tokens that a refresh registered meanwhile; if it fails,
// SweepRevocations does it later. It goes on even if the caller leaves.
func (a *Accounts) endSession(ctx context.Context, userID, sessionID string) error {
	if err := a.Registry.RevokeSession(ctx, userID, sessionID); err != nil {
		return err
	}
	ctx, now := context.WithoutCancel(ctx), a.now()
	_, err := a.Store.UpdateSession(ctx, sessionID, func(s *Session) error { s.end(now); return nil })
	if err != nil && !problem.Is(err, problem.NotFound) { // an old session is removed already
		return err
	}
	return a.Registry.RevokeSession(ctx, userID, sessionID)
}

// endAllSessions does the same as endSession for all sessions of a user. change must begin a new epoch.
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
