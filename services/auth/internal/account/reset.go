package account

import (
	"context"
	"crypto/hmac"

	"crm.example/pkg/problem"
)

// Reset is a request to set a new password with a PIN.
type Reset struct {
	Email       string
	PIN         string
	NewPassword string
}

// ResetPassword sets the password and ends every session of the user. Every error in the PIN or the
// email is the same `pin-invalid`. The new password is hashed first, so that every try takes the same work.
func (a *Accounts) ResetPassword(ctx context.Context, address string, in Reset) error {
	if err := a.admit(ctx, "reset:"+address, a.Limits.ResetPerAddress, a.Limits.AddressWindow); err != nil {
		return err
	}
	in, err := a.checkReset(in)
	if err != nil {
		return err
	}
	hash, err := a.Hasher.Hash(ctx, address, in.NewPassword)
	if err != nil {
		return err
	}
	u, mac, err := a.tryPIN(ctx, in)
	if err != nil {
		return err
	}
	return a.setPassword(ctx, u, mac, hash)
}

func (a *Accounts) checkReset(in Reset) (Reset, error) {
	email, err := NormalizeEmail(in.Email)
	wrong := append(fields(err), CheckPassword("/newPassword", in.NewPassword, email, a.Common)...)
	if len(wrong) > 0 {
		return in, problem.NewInvalid(wrong...)
	}
	in.Email, in.NewPassword = email, normalPassword(in.NewPassword)
	return in, nil
}

// tryPIN counts an attempt and only then compares. It does the same for an email without an account, since neither its time nor
// its failure may tell the difference: if there is no attempt to count, it stores a reset request that has expired already.
func (a *Accounts) tryPIN(ctx context.Context, in Reset) (User, []byte, error) {
	u, err := a.Store.UserByEmail(ctx, in.Email)
	switch {
	case problem.Is(err, problem.NotFound):
		u.ID = a.NewID()
	case err != nil:
		return User{}, nil, err
	}
	if !wellFormed(in.PIN) {
		return User{}, nil, errPIN()
	}
	now, mac := a.now(), a.PINs.HMAC(u.ID, in.PIN)
	miss := ResetRequest{ID: a.NewID(), Email: in.Email, RequestedAt: now, DueAt: now}
	u, err = a.Store.UpdateUserOr(ctx, u.ID, func(u *User) error { return u.takeAttempt(now) }, miss)
	if problem.Is(err, problem.NotFound) {
		return User{}, nil, errPIN()
	}
	if err == nil && !hmac.Equal(u.PIN.HMAC, mac) {
		if wait := u.PINFailures.Wait(now); wait > 0 {
			a.locked(u.ID, PINLock, wait)
		}
		return User{}, nil, errPIN()
	}
	return u, mac, err
}

// setPassword ends the sessions in the same write that sets the password and uses the PIN up. If that fails because of an
// outage, the attempt is given back.
func (a *Accounts) setPassword(ctx context.Context, u User, mac []byte, hash string) error {
	now, eventID := a.now(), a.NewID()
	_, err := a.endAllSessions(ctx, u, func(u *User) error { return u.resetPassword(mac, hash, now, eventID) })
	if problem.Is(err, problem.Unavailable) {
		_, _ = a.Store.UpdateUser(context.WithoutCancel(ctx), u.ID, func(u *User) error { u.returnAttempt(mac); return nil })
	}
	return err
}
