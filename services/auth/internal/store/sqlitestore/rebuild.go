package sqlitestore

import (
	"context"
	"database/sql"

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
)

var _ account.Restater = (*Store)(nil)

// Restate implements account.Restater, in one transaction.
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
	is, err := userIn(ctx, tx, e.UserID)
	if problem.Is(err, problem.NotFound) || err == nil && is.Sequence != e.Sequence {
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

func userIn(ctx context.Context, tx *sql.Tx, id string) (account.User, error) {
	doc, err := findDoc(ctx, tx, userByID, id)
	if err != nil {
		return account.User{}, err
	}
	return decodeUser(doc)
}
