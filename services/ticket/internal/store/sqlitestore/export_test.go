package sqlitestore

import (
	"context"
	"database/sql"
)

// ListQuery and Statements are all the SQL that there is.
var (
	ListQuery  = listQuery
	Statements = []string{
		insertTicket, insertMessage, patchTicket, buryTicket, deleteMessages, deleteBuried,
		selectWhole, selectTicket, selectAfter, selectOpened, selectMessages, selectReply,
		finishRound, selectErased, selectDue, selectOwn, selectBuried, eraseClient, renameAgent,
	}
)

// DB reads past the store.
func (s *Store) DB() *sql.DB { return s.db.Read() }

// Exec writes past the store, as another version of the program might.
func (s *Store) Exec(ctx context.Context, statement string, args ...any) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
}

// Migrations are those of every version so far.
var Migrations = migrations
