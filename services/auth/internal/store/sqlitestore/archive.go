package sqlitestore

import (
	"context"
	"database/sql"

	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/document"
)

// UsersAfter implements account.Archive.
func (s *Store) UsersAfter(ctx context.Context, id string, limit int) ([]account.User, error) {
	return sqlite.All(ctx, s.Read(), document.User.User, usersAfter, id, limit)
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
func (s *Store) Restate(ctx context.Context, events []account.Event) (int, error) {
	return sqlite.Restate(ctx, s.DB, events, func(ctx context.Context, tx *sql.Tx, e account.Event) (bool, error) {
		is, err := sqlite.One[document.User](ctx, tx, userByID, e.UserID)
		return is.Sequence == e.Sequence && is.DeletedAt.IsZero(), err
	}, s.encode)
}
