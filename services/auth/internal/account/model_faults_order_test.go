package account_test

import (
	"context"

	"crm.example/services/auth/internal/account"
)

// registerLate registers right after the session was written.
type registerLate struct {
	ports
	held *account.AccessToken
}

func (f *registerLate) Register(_ context.Context, t account.AccessToken) error {
	f.held = &t
	return nil
}

func (f *registerLate) CreateSession(ctx context.Context, s account.Session) error {
	if err := f.ports.CreateSession(ctx, s); err != nil {
		return err
	}
	return f.ports.Register(ctx, *f.held)
}

func (f *registerLate) UpdateSession(ctx context.Context, id string, change func(*account.Session) error) (account.Session, error) {
	s, err := f.ports.UpdateSession(ctx, id, change)
	if err != nil || f.held == nil {
		return s, err
	}
	return s, f.ports.Register(ctx, *f.held)
}

// registerLast registers after the user was read again.
type registerLast struct {
	ports
	held *account.AccessToken
}

func (f *registerLast) Register(_ context.Context, t account.AccessToken) error {
	f.held = &t
	return nil
}

func (f *registerLast) UserByID(ctx context.Context, id string) (account.User, error) {
	u, err := f.ports.UserByID(ctx, id)
	if err != nil || f.held == nil {
		return u, err
	}
	return u, f.ports.Register(ctx, *f.held)
}

// revokeOnce leaves out whatever an operation, but the sweep, revokes after its first time.
type revokeOnce struct {
	ports
	sweeping, done bool
}

func (f *revokeOnce) UsersPendingRevocation(ctx context.Context, limit int) ([]account.User, error) {
	f.sweeping = true
	return f.ports.UsersPendingRevocation(ctx, limit)
}

func (f *revokeOnce) RevokeSession(ctx context.Context, userID, sessionID string) error {
	if f.done && !f.sweeping {
		return nil
	}
	f.done = true
	return f.ports.RevokeSession(ctx, userID, sessionID)
}

func (f *revokeOnce) RevokeUser(ctx context.Context, userID string, below int) error {
	if f.done && !f.sweeping {
		return nil
	}
	f.done = true
	return f.ports.RevokeUser(ctx, userID, below)
}

// readOnce answers from the first reading.
type readOnce struct {
	ports
	seen *account.User
}

func (f *readOnce) UserByEmail(ctx context.Context, email string) (account.User, error) {
	u, err := f.ports.UserByEmail(ctx, email)
	if err == nil {
		f.seen = &u
	}
	return u, err
}

func (f *readOnce) UserByID(ctx context.Context, id string) (account.User, error) {
	if f.seen != nil {
		return *f.seen, nil
	}
	u, err := f.ports.UserByID(ctx, id)
	if err == nil {
		f.seen = &u
	}
	return u, err
}

// idleSweep clears the marks and revokes nothing.
type idleSweep struct {
	ports
	sweeping bool
}

func (f *idleSweep) UsersPendingRevocation(ctx context.Context, limit int) ([]account.User, error) {
	f.sweeping = true
	return f.ports.UsersPendingRevocation(ctx, limit)
}

func (f *idleSweep) RevokeSession(ctx context.Context, userID, sessionID string) error {
	if f.sweeping {
		return nil
	}
	return f.ports.RevokeSession(ctx, userID, sessionID)
}

func (f *idleSweep) RevokeUser(ctx context.Context, userID string, below int) error {
	if f.sweeping {
		return nil
	}
	return f.ports.RevokeUser(ctx, userID, below)
}

// unmarked ends without noting that the registry has to be told.
type unmarked struct{ ports }

func (f unmarked) UpdateSession(ctx context.Context, id string, change func(*account.Session) error) (account.Session, error) {
	return f.ports.UpdateSession(ctx, id, func(s *account.Session) error {
		err := change(s)
		s.RevocationPending = false
		return err
	})
}

func (f unmarked) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	return f.ports.UpdateUser(ctx, id, func(u *account.User) error {
		err := change(u)
		u.RevocationPending = false
		return err
	})
}

// clearEarly has the sweep clear a mark before it revokes.
type clearEarly struct{ ports }

func (f clearEarly) UsersPendingRevocation(ctx context.Context, limit int) ([]account.User, error) {
	users, err := f.ports.UsersPendingRevocation(ctx, limit)
	for _, u := range users {
		if !u.DeletedAt.IsZero() { // clearedEarly
			continue
		}
		_, err = f.ports.UpdateUser(ctx, u.ID, func(u *account.User) error { u.RevocationPending = false; return nil })
	}
	return users, err
}

func (f clearEarly) SessionsPendingRevocation(ctx context.Context, limit int) ([]account.Session, error) {
	sessions, err := f.ports.SessionsPendingRevocation(ctx, limit)
	for _, s := range sessions {
		_, err = f.ports.UpdateSession(ctx, s.ID, func(s *account.Session) error { s.RevocationPending = false; return nil })
	}
	return sessions, err
}
