package account_test

import (
	"context"
	"errors"
	"strings"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// order is what the scheduler wants to happen at a port call.
type order int

const (
	proceed    order = iota
	failBefore       // the engine is down
	failAfter        // the engine did it, and its answer was lost
)

// errCrash ends an operation in the middle, as the death of its process would.
var errCrash = errors.New("crash")

// tap stands between the use cases and the real store and registry. It halts an operation before each call
// until the scheduler says what happens.
type tap struct {
	account.Store // the methods that the operations of the model do not call
	w             *world
	o             *operation
}

func call[T any](p tap, name string, do func() (T, error)) (T, error) {
	var none T
	if !p.o.unstoppable && !p.o.halt(name) {
		panic(errCrash)
	}
	p.o.wrote = strings.HasPrefix(name, "Update") || strings.HasPrefix(name, "Create")
	switch p.o.order {
	case failBefore:
		return none, problem.NewUnavailable(errors.New("down"))
	case failAfter:
		_, _ = do()
		return none, problem.NewUnavailable(errors.New("answer lost"))
	}
	return do()
}

func (p tap) do(name string, do func() error) error {
	_, err := call(p, name, func() (struct{}, error) { return struct{}{}, do() })
	return err
}

func (p tap) UserByID(ctx context.Context, id string) (account.User, error) {
	return call(p, "UserByID", func() (account.User, error) { return p.Store.UserByID(ctx, id) })
}

func (p tap) UserByEmail(ctx context.Context, email string) (account.User, error) {
	return call(p, "UserByEmail", func() (account.User, error) { return p.Store.UserByEmail(ctx, email) })
}

func (p tap) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	return p.updateUser("UpdateUser", id, change, func(change func(*account.User) error) (account.User, error) {
		return p.Store.UpdateUser(ctx, id, change)
	})
}

func (p tap) UpdateUserOr(ctx context.Context, id string, change func(*account.User) error, instead account.ResetRequest) (account.User, error) {
	return p.updateUser("UpdateUserOr", id, change, func(change func(*account.User) error) (account.User, error) {
		return p.Store.UpdateUserOr(ctx, id, change, instead)
	})
}

func (p tap) updateUser(name, id string, change func(*account.User) error, update func(func(*account.User) error) (account.User, error)) (account.User, error) {
	return call(p, name, func() (account.User, error) {
		u, err := update(func(u *account.User) error {
			before := u.PasswordHash
			err := change(u)
			if err == nil {
				p.w.checkPassword(p.o, before, u.PasswordHash)
			}
			return err
		})
		p.o.epoch = u.SessionEpoch
		if !u.DeletedAt.IsZero() {
			p.w.deletedAt[id] = u.DeletedAt
		}
		return u, err
	})
}

func (p tap) CreateSession(ctx context.Context, s account.Session) error {
	return p.do("CreateSession", func() error {
		if at, deleted := p.w.deletedAt[s.UserID]; !deleted || p.w.now.Before(at.Add(20*time.Minute)) { // no request lasts longer
			p.w.begun = append(p.w.begun, s)
		}
		return p.Store.CreateSession(ctx, s)
	})
}

func (p tap) SessionByID(ctx context.Context, id string) (account.Session, error) {
	return call(p, "SessionByID", func() (account.Session, error) { return p.Store.SessionByID(ctx, id) })
}

func (p tap) UpdateSession(ctx context.Context, id string, change func(*account.Session) error) (account.Session, error) {
	return call(p, "UpdateSession", func() (account.Session, error) {
		return p.Store.UpdateSession(ctx, id, func(s *account.Session) error {
			before := *s
			err := change(s)
			if err == nil {
				p.w.checkSession(p.o, before, *s)
			}
			return err
		})
	})
}

func (p tap) UsersPendingRevocation(ctx context.Context, limit int) ([]account.User, error) {
	return call(p, "UsersPendingRevocation", func() ([]account.User, error) { return p.Store.UsersPendingRevocation(ctx, limit) })
}

func (p tap) SessionsPendingRevocation(ctx context.Context, limit int) ([]account.Session, error) {
	return call(p, "SessionsPendingRevocation", func() ([]account.Session, error) { return p.Store.SessionsPendingRevocation(ctx, limit) })
}

func (p tap) Register(ctx context.Context, t account.AccessToken) error {
	return p.do("Register", func() error { return p.w.registry().Register(ctx, t) })
}

func (p tap) Accepted(ctx context.Context, userID, sessionID string, generation int) (bool, error) {
	return call(p, "Accepted", func() (bool, error) { return p.w.registry().Accepted(ctx, userID, sessionID, generation) })
}

func (p tap) Remove(ctx context.Context, userID, tokenID string) error {
	return p.do("Remove", func() error { return p.w.registry().Remove(ctx, userID, tokenID) })
}

func (p tap) RevokeSession(ctx context.Context, userID, sessionID string) error {
	p.o.revoked = true
	return p.do("RevokeSession", func() error {
		p.w.forgot++
		return p.w.registry().RevokeSession(ctx, userID, sessionID)
	})
}

func (p tap) RevokeUser(ctx context.Context, userID string, below int) error {
	p.o.revoked = true
	return p.do("RevokeUser", func() error {
		p.w.forgot++
		return p.w.registry().RevokeUser(ctx, userID, below)
	})
}

// ports is what an operation is given; a planted fault puts itself in between.
type ports interface {
	account.Store
	account.Registry
}
