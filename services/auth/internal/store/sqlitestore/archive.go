package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
)

var _ account.Archive = (*Store)(nil)

// UsersAfter implements account.Archive.
func (s *Store) UsersAfter(ctx context.Context, id string, limit int) ([]account.User, error) {
	return list(ctx, s.Read(), decodeUser, usersAfter, id, limit)
}

// RestoreUser implements account.Archive.
func (s *Store) RestoreUser(ctx context.Context, u account.User) error {
	doc, err := json.Marshal(encodeUser(u))
	if err != nil {
		return fmt.Errorf("encode user: %w", err)
	}
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return exec(ctx, tx, "restore user", insertUser, append(append([]any{u.ID}, userColumns(u)...), string(doc))...)
	})
	if sqlite.IsUnique(err, "") {
		return account.ErrThere
	}
	return err
}
