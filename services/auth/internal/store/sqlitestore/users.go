package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/document"
)

var users = kind[document.User, account.User]{
	find: userByID, insert: insertUser, patch: updateUser, replace: eraseUser, encode: document.UserOf, decode: decodeUser, columns: userColumns,
	version: func(u *account.User) *int { return &u.Version }, erased: func(u account.User) bool { return !u.DeletedAt.IsZero() },
}

func userColumns(u account.User) []any {
	return []any{sql.NullString{String: u.Email, Valid: u.DeletedAt.IsZero()}, u.RevocationPending}
}

// decodeUser does not find tombstones.
func decodeUser(d document.User) (account.User, error) {
	if !d.DeletedAt.IsZero() {
		return account.User{}, problem.New(problem.NotFound, "")
	}
	return d.User(), nil
}

// CreateUser implements account.Users.
func (s *Store) CreateUser(ctx context.Context, u account.User) error {
	happened := len(u.Events) > 0
	u.Version = 1
	err := s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := users.add(ctx, tx, u.ID, u); err != nil {
			return err
		}
		return s.announce(ctx, tx, &u)
	})
	if sqlite.IsUnique(err, "users.email") {
		return problem.New(problem.EmailTaken, "Somebody has signed up with this email before.")
	}
	if err == nil {
		s.announced(u.ID, happened)
	}
	return err
}

// UserByID implements account.Users.
func (s *Store) UserByID(ctx context.Context, id string) (account.User, error) {
	return s.findUser(ctx, userByID, id)
}

// UserByEmail implements account.Users.
func (s *Store) UserByEmail(ctx context.Context, email string) (account.User, error) {
	return s.findUser(ctx, userByEmail, email)
}

func (s *Store) findUser(ctx context.Context, query, key string) (account.User, error) {
	d, err := sqlite.One[document.User](ctx, s.Queries(), query, key)
	if err != nil {
		return account.User{}, fmt.Errorf("find user: %w", err)
	}
	return decodeUser(d)
}

// Agents implements account.Users. A tombstone has no role.
func (s *Store) Agents(ctx context.Context) ([]account.User, error) {
	return sqlite.All(ctx, s.Queries(), document.User.User, selectAgents)
}

// UpdateUser implements account.Users.
func (s *Store) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	return s.updateUser(ctx, id, change, func(_ context.Context, _ *sql.Tx, refusal error) error { return refusal })
}

// UpdateUserOr implements account.Users.
func (s *Store) UpdateUserOr(ctx context.Context, id string, change func(*account.User) error, instead account.ResetRequest) (account.User, error) {
	var refusal error
	u, err := s.updateUser(ctx, id, change, func(ctx context.Context, tx *sql.Tx, err error) error {
		refusal = err
		return requests.add(ctx, tx, instead.ID, instead)
	})
	if err == nil {
		err = refusal
	}
	return u, err
}

// updateUser calls refused, in the same transaction, if there is no such user or change returns an error.
func (s *Store) updateUser(ctx context.Context, id string, change func(*account.User) error, refused func(context.Context, *sql.Tx, error) error) (u account.User, err error) {
	happened := false
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var refusal error
		u, err = users.alter(ctx, tx, id, func(u *account.User) error {
			refusal = change(u)
			return refusal
		}, func(u *account.User) error {
			happened = len(u.Events) > 0
			return s.announce(ctx, tx, u)
		})
		if err != nil && (refusal != nil || problem.Is(err, problem.NotFound)) {
			return refused(ctx, tx, err)
		}
		return err
	})
	if err != nil {
		return account.User{}, fmt.Errorf("update user: %w", err)
	}
	s.announced(id, happened)
	return u, nil
}

// UsersPendingRevocation implements account.Users.
func (s *Store) UsersPendingRevocation(ctx context.Context, limit int) ([]account.User, error) {
	return sqlite.All(ctx, s.Read(), document.User.User, usersToRevoke, limit)
}
