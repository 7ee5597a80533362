package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"

	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/document"
)

var sessions = kind[document.Session, account.Session]{
	find: sessionByID, insert: insertSession, patch: updateSession, encode: document.SessionOf,
	decode:  func(d document.Session) (account.Session, error) { return d.Session(), nil },
	columns: func(s account.Session) []any { return []any{s.ExpiresAt.UnixMilli(), s.RevocationPending} },
	version: func(s *account.Session) *int { return &s.Version },
}

// CreateSession implements account.Sessions.
func (s *Store) CreateSession(ctx context.Context, session account.Session) error {
	session.Version = 1
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error { return sessions.add(ctx, tx, session.ID, session) })
}

// SessionByID implements account.Sessions.
func (s *Store) SessionByID(ctx context.Context, id string) (account.Session, error) {
	d, err := sqlite.One[document.Session](ctx, s.Queries(), sessionByID, id)
	if err != nil {
		return account.Session{}, fmt.Errorf("find session: %w", err)
	}
	return d.Session(), nil
}

// UpdateSession implements account.Sessions.
func (s *Store) UpdateSession(ctx context.Context, id string, change func(*account.Session) error) (session account.Session, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		session, err = sessions.alter(ctx, tx, id, change, func(*account.Session) error { return nil })
		return err
	})
	if err != nil {
		return account.Session{}, fmt.Errorf("update session: %w", err)
	}
	return session, nil
}

// SessionsPendingRevocation implements account.Sessions.
func (s *Store) SessionsPendingRevocation(ctx context.Context, limit int) ([]account.Session, error) {
	return sqlite.All(ctx, s.Read(), document.Session.Session, sessionsRevoke, limit)
}
