package sqlitestore

import (
	"context"
	"database/sql"

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/document"
)

// UsersAfter implements account.Archive.
func (s *Store) UsersAfter(ctx context.Context, id string, limit int) ([]account.User, error) {
	found, err := sqlite.All[document.User](ctx, s.Read(), usersAfter, id, limit)
	return document.Each(found, document.User.User), err
}

// RestoreUser implements account.Archive.
func (s *Store) RestoreUser(ctx context.Context, u account.User) error {
	err := s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error { return users.add(ctx, tx, u.ID, u) })
	if sqlite.IsUnique(err, "") {
		return account.ErrThere
	}
	return err
}

// Restate implements account.Restater. It is one transaction.
func (s *Store) Restate(ctx context.Context, events []account.Event) (announced int, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		announced = 0
		for _, e := range events {
			done, err := s.restate(ctx, tx, e)
			if err != nil {
				return err
			}
			if done {
				announced++
			}
		}
		return nil
	})
	return announced, err
}

func (s *Store) restate(ctx context.Context, tx *sql.Tx, e account.Event) (bool, error) {
	is, err := sqlite.One[document.User](ctx, tx, userByID, e.UserID)
	if problem.Is(err, problem.NotFound) || err == nil && (is.Sequence != e.Sequence || !is.DeletedAt.IsZero()) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	m, err := s.encode(e)
	if err != nil {
		return false, err
	}
	return sqlite.Restate(ctx, tx, m)
}
