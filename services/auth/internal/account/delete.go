package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crm.example/pkg/problem"
)

// DeleteAccount ends every session of the user and leaves nothing of the account but a tombstone with its id, which
// FinishErasures removes. The password is checked like one at login, with the same work and out of the same budget of
// failures; a wrong one is `invalid-input` at /password. The email is free again at once. No such user is `not-found`.
func (a *Accounts) DeleteAccount(ctx context.Context, address, userID, password string) error {
	if err := checkAttempt(password); err != nil {
		return err
	}
	return whileRehashed(func() error { return a.deleteAccount(ctx, address, userID, password) })
}

func (a *Accounts) deleteAccount(ctx context.Context, address, userID, password string) error {
	u, err := a.Store.UserByID(ctx, userID)
	if err != nil {
		return err
	}
	if u, err = a.confirm(ctx, address, u, password); err != nil {
		return err
	}
	if err := a.erase(ctx, u); err != nil {
		return err
	}
	_ = a.removeTraces(context.WithoutCancel(ctx), userID) // FinishErasures does it again
	return nil
}

// erase goes by the hash that the password was compared with.
func (a *Accounts) erase(ctx context.Context, u User) error {
	now, eventID := a.now(), a.NewID()
	_, err := a.endAllSessions(ctx, u, func(stored *User) error {
		if stored.PasswordHash != u.PasswordHash {
			return errOtherPassword
		}
		stored.erase(now, eventID)
		return nil
	})
	return err
}

// erase makes the user a tombstone. Its mark keeps it until the access JWTs are removed from the registry.
func (u *User) erase(now time.Time, eventID string) {
	*u = User{
		ID: u.ID, SessionEpoch: u.SessionEpoch, CreatedAt: now, UpdatedAt: now, DeletedAt: now,
		Version: u.Version, Sequence: u.Sequence, Events: u.Events,
	}
	u.endSessions()
	u.record(Deleted, eventID, now)
}

// EraseAgain makes tombstones of users that exist although they were deleted, as after a restore. The service that has the registry
// finds their marks and ends the sessions. It may be interrupted and repeated.
func EraseAgain(ctx context.Context, store Users, ids []string, now func() time.Time, newID func() string) error {
	for _, id := range ids {
		at, eventID := now().UTC().Truncate(time.Millisecond), newID()
		_, err := store.UpdateUser(ctx, id, func(u *User) error { u.erase(at, eventID); return nil })
		if err != nil && !problem.Is(err, problem.NotFound) {
			return fmt.Errorf("erase user %s again: %w", id, err)
		}
	}
	return nil
}

// removeTraces removes what a user leaves outside of its own document.
func (a *Accounts) removeTraces(ctx context.Context, userID string) error {
	return errors.Join(a.Store.RemoveSessions(ctx, userID), a.Mailer.Forget(ctx, userID))
}
