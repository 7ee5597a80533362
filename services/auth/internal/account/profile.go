package account

import "context"

// Profile finds the user; none is `not-found`.
func (a *Accounts) Profile(ctx context.Context, userID string) (User, error) {
	return a.Store.UserByID(ctx, userID)
}

// UpdateProfile changes the user's profile. A new name is in the access JWT after the next refresh.
func (a *Accounts) UpdateProfile(ctx context.Context, userID string, c ProfileChange) (User, error) {
	now, eventID := a.now(), a.NewID()
	return a.Store.UpdateUser(ctx, userID, func(u *User) error {
		u.changeProfile(c, now, eventID)
		return nil
	})
}
