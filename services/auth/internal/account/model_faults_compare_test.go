package account_test

import (
	"context"
	"errors"
	"time"

	"crm.example/services/auth/internal/account"
)

// blindToEnd compares the generation only: a refresh under way does not see that the session was ended.
type blindToEnd struct{ ports }

func (f blindToEnd) UpdateSession(ctx context.Context, id string, change func(*account.Session) error) (account.Session, error) {
	return f.ports.UpdateSession(ctx, id, func(s *account.Session) error {
		ended := s.EndedAt
		s.EndedAt = time.Time{}
		err := change(s)
		if !ended.IsZero() {
			s.EndedAt = ended
		}
		return err
	})
}

// blindToGeneration finds the generation that the operation has read, whatever there is by now.
type blindToGeneration struct {
	ports
	seen *account.Session
}

func (f *blindToGeneration) SessionByID(ctx context.Context, id string) (account.Session, error) {
	s, err := f.ports.SessionByID(ctx, id)
	if err == nil {
		f.seen = &s
	}
	return s, err
}

func (f *blindToGeneration) UpdateSession(ctx context.Context, id string, change func(*account.Session) error) (account.Session, error) {
	return f.ports.UpdateSession(ctx, id, func(s *account.Session) error {
		if f.seen != nil {
			s.Generation = f.seen.Generation
		}
		return change(s)
	})
}

// rolledBack undoes the end that a refresh writes before it answers with an error.
type rolledBack struct {
	ports
	refreshing bool
}

func (f *rolledBack) SessionByID(ctx context.Context, id string) (account.Session, error) {
	f.refreshing = true
	return f.ports.SessionByID(ctx, id)
}

func (f *rolledBack) UpdateSession(ctx context.Context, id string, change func(*account.Session) error) (account.Session, error) {
	rollBack := errors.New("roll back")
	s, err := f.ports.UpdateSession(ctx, id, func(s *account.Session) error {
		before := s.EndedAt
		if err := change(s); err != nil {
			return err
		}
		if f.refreshing && before.IsZero() && !s.EndedAt.IsZero() {
			return rollBack
		}
		return nil
	})
	if errors.Is(err, rollBack) {
		return s, nil
	}
	return s, err
}

// epochless takes every session for one of the present epoch when it is refreshed.
type epochless struct {
	ports
	seen *account.Session
}

func (f *epochless) SessionByID(ctx context.Context, id string) (account.Session, error) {
	s, err := f.ports.SessionByID(ctx, id)
	f.seen = &s
	return s, err
}

func (f *epochless) UserByID(ctx context.Context, id string) (account.User, error) {
	u, err := f.ports.UserByID(ctx, id)
	if f.seen != nil {
		u.SessionEpoch = f.seen.Epoch
	}
	return u, err
}

// sameEpoch lets a new password or role be, and forgets the new epoch.
type sameEpoch struct{ ports }

func (f sameEpoch) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	return f.ports.UpdateUser(ctx, id, func(u *account.User) error {
		before := u.SessionEpoch
		err := change(u)
		u.SessionEpoch = before
		return err
	})
}

// neverAccepted says of every successor that nobody has used it, alwaysAccepted that somebody has.
type neverAccepted struct{ ports }

func (f neverAccepted) Accepted(context.Context, string, string, int) (bool, error) {
	return false, nil
}

type alwaysAccepted struct{ ports }

func (f alwaysAccepted) Accepted(context.Context, string, string, int) (bool, error) {
	return true, nil
}

// pinKept leaves the PIN out after its use.
type pinKept struct{ ports }

func (f pinKept) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	return f.ports.UpdateUser(ctx, id, func(u *account.User) error {
		before := u.PIN
		err := change(u)
		if u.PIN.HMAC == nil {
			u.PIN = before
		}
		return err
	})
}

// blindHash finds the hash that the operation has read, whatever there is by now.
type blindHash struct {
	ports
	seen string
}

func (f *blindHash) UserByEmail(ctx context.Context, email string) (account.User, error) {
	u, err := f.ports.UserByEmail(ctx, email)
	f.seen = u.PasswordHash
	return u, err
}

func (f *blindHash) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	return f.ports.UpdateUser(ctx, id, func(u *account.User) error {
		before := u.PasswordHash
		u.PasswordHash = f.seen
		err := change(u)
		if u.PasswordHash == f.seen {
			u.PasswordHash = before
		}
		return err
	})
}
