package account

import (
	"context"
	"time"

	"crm.example/pkg/problem"
)

// issue makes the tokens of a session at its generation. It is safe because of its order: the access JWT
// is registered before the session is stored, and the user is read again after that. So either this read
// sees a revocation, or the revocation finds the access JWT in the registry when it revokes for the second time.
func (a *Accounts) issue(ctx context.Context, u User, s Session, commit func() error) (Tokens, error) {
	access, tokens, err := a.sign(ctx, u, s, a.now())
	if err != nil {
		return Tokens{}, err
	}
	if err := a.Registry.Register(ctx, access); err != nil {
		return Tokens{}, err
	}
	if err = commit(); err == nil {
		tokens.User, err = a.sameEpoch(ctx, s)
	}
	if err != nil {
		// Nobody has the token. If it cannot be removed, it expires.
		_ = a.Registry.Remove(context.WithoutCancel(ctx), access.UserID, access.ID)
		return Tokens{}, err
	}
	return tokens, nil
}

func (a *Accounts) sign(ctx context.Context, u User, s Session, now time.Time) (AccessToken, Tokens, error) {
	access := s.accessToken(a.NewID(), u, now)
	accessJWT, err := a.Signer.Access(ctx, access)
	if err != nil {
		return AccessToken{}, Tokens{}, err
	}
	refreshJWT, err := a.Signer.Refresh(ctx, s.refreshToken(a.NewID(), now))
	if err != nil {
		return AccessToken{}, Tokens{}, err
	}
	return access, Tokens{AccessJWT: accessJWT, RefreshJWT: refreshJWT, ExpiresIn: access.ExpiresAt.Sub(now)}, nil
}

// sameEpoch reads the session's user again and refuses if all sessions were ended since it began. If the user was deleted
// since then, it removes the session; if it cannot, the second look of FinishErasures does.
func (a *Accounts) sameEpoch(ctx context.Context, s Session) (User, error) {
	u, err := a.Store.UserByID(ctx, s.UserID)
	if problem.Is(err, problem.NotFound) {
		_ = a.Store.RemoveSessions(context.WithoutCancel(ctx), s.UserID)
		return User{}, errEnded()
	}
	if err == nil && u.SessionEpoch != s.Epoch {
		return User{}, errEnded()
	}
	return u, err
}
