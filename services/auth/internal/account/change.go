package account

import (
	"context"
	"errors"
	"time"

	"crm.example/pkg/problem"
)

// PasswordChange is a request to change the password, by somebody who is logged in.
type PasswordChange struct {
	Password    string // the present one
	NewPassword string
}

// ChangePassword sets the password, ends every session of the user and begins a new one. The present password is checked like
// one at login, with the same work and out of the same budget of failures; a wrong one is `invalid-input` at /password. An
// existing PIN is no longer valid. A missing user is `not-found`. If something else ended all sessions meanwhile, the password is
// set and the problem is `session-ended`.
func (a *Accounts) ChangePassword(ctx context.Context, address, userID string, in PasswordChange) (Tokens, error) {
	u, err := a.Store.UserByID(ctx, userID)
	if err != nil {
		return Tokens{}, err
	}
	wrong := append(fields(checkAttempt(in.Password)), CheckPassword("/newPassword", in.NewPassword, u.Email, a.Common)...)
	if len(wrong) > 0 {
		return Tokens{}, problem.NewInvalid(wrong...)
	}
	var changed User
	err = whileRehashed(func() (err error) {
		changed, err = a.changePassword(ctx, address, u, in)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	s := newSession(a.NewID(), changed, a.now())
	return a.issue(ctx, changed, s, func() error { return a.Store.CreateSession(ctx, s) })
}

func (a *Accounts) changePassword(ctx context.Context, address string, u User, in PasswordChange) (User, error) {
	u, err := a.confirm(ctx, address, u, in.Password)
	if err != nil {
		return User{}, err
	}
	hash, err := a.Hasher.Hash(ctx, address, normalPassword(in.NewPassword))
	if err != nil {
		return User{}, err
	}
	now, eventID := a.now(), a.NewID()
	return a.endAllSessions(ctx, u, func(stored *User) error {
		if stored.PasswordHash != u.PasswordHash {
			return errOtherPassword
		}
		stored.changePassword(hash, now, eventID)
		return nil
	})
}

// changePassword begins a new epoch. It removes the PIN, which was for the old password.
func (u *User) changePassword(hash string, now time.Time, eventID string) {
	u.PasswordHash, u.PIN, u.UpdatedAt = hash, PIN{}, now
	u.endSessions()
	u.record(PasswordChanged, eventID, now)
}

// confirm finds the user again and checks the present password.
func (a *Accounts) confirm(ctx context.Context, address string, u User, password string) (User, error) {
	found, err := a.authenticate(ctx, address, u.Email, password)
	if problem.Is(err, problem.WrongCredentials) || err == nil && found.ID != u.ID { // deleted and signed up again meanwhile
		return User{}, problem.NewInvalid(field("/password", problem.Invalid, "Your present password", nil)...)
	}
	return found, err
}

// errOtherPassword says that the stored hash has changed since the password was compared.
var errOtherPassword = errors.New("the password hash is another one by now")

// whileRehashed repeats an operation that compares a password and then changes the user, while the hash changes in between: a
// rehash makes another hash of the same password.
func whileRehashed(do func() error) error {
	for {
		if err := do(); !errors.Is(err, errOtherPassword) {
			return err
		}
	}
}
