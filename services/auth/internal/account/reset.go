package account

import (
	"context"
	"crypto/hmac"

	"crm.example/pkg/problem"
)

// Reset is a wish to set a new password by PIN.
type Reset struct {
	Email       string
	PIN         string
	NewPassword string
}

// ResetPassword sets the password and ends every session of the user. Whatever is wrong with the PIN or the
// email is the same `pin-invalid`. The new password is hashed first, so that every try costs the same.
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

// tryPIN takes an attempt and only then compares.
func (a *Accounts) tryPIN(ctx context.Context, in Reset) (User, []byte, error) {
	u, err := a.Store.UserByEmail(ctx, in.Email)
	unknown := problem.Is(err, problem.NotFound)
	switch {
	case err != nil && !unknown:
		return User{}, nil, err
	case !wellFormed(in.PIN):
		return User{}, nil, errPIN()
	case unknown:
		return User{}, nil, a.missTry(ctx, in)
	}
	now, mac := a.now(), a.PINs.HMAC(u.ID, in.PIN)
	u, err = a.Store.UpdateUser(ctx, u.ID, func(u *User) error { return u.takeAttempt(now) })
	switch {
	case problem.Is(err, problem.NotFound), problem.Is(err, problem.PINInvalid):
		return User{}, nil, a.missTry(ctx, in)
	case err == nil && !hmac.Equal(u.PIN.HMAC, mac):
		return User{}, nil, errPIN()
	}
	return u, mac, err
}

// missTry stands where there is no attempt to take: it writes as durably as one that is taken, because the
// disk's time, and its failure, must not tell whether the email has an account. What it writes is over already.
func (a *Accounts) missTry(ctx context.Context, in Reset) error {
	now := a.now()
	if err := a.Store.AddResetRequest(ctx, ResetRequest{ID: a.NewID(), Email: in.Email, RequestedAt: now, DueAt: now}); err != nil {
		return err
	}
	return errPIN()
}

// setPassword ends the sessions in the same write that sets the password and uses the PIN up. If that could not be
// done because something was down, the attempt is given back.
func (a *Accounts) setPassword(ctx context.Context, u User, mac []byte, hash string) error {
	now, eventID := a.now(), a.NewID()
	_, err := a.endAllSessions(ctx, u, func(u *User) error { return u.resetPassword(mac, hash, now, eventID) })
	if problem.Is(err, problem.Unavailable) {
		_, _ = a.Store.UpdateUser(context.WithoutCancel(ctx), u.ID, func(u *User) error { u.returnAttempt(mac); return nil })
	}
	return err
}
