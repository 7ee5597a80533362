package account

import (
	"context"
	"fmt"
)

// GrantRole gives the user with this email a role and ends the user's sessions. It may run in a process with
// another registry than the service's: then the service's sweep revokes the access JWTs.
// A missing user is `not-found`.
func (a *Accounts) GrantRole(ctx context.Context, email string, role Role) (User, error) {
	if !role.Valid() {
		return User{}, fmt.Errorf("no such role: %q", role)
	}
	email, err := NormalizeEmail(email)
	if err != nil {
		return User{}, err
	}
	u, err := a.Store.UserByEmail(ctx, email)
	if err != nil || u.Role == role && !u.RevocationPending {
		return u, err
	}
	now, eventID := a.now(), a.NewID()
	return a.endAllSessions(ctx, u, func(u *User) error {
		u.changeRole(role, now, eventID)
		return nil
	})
}
