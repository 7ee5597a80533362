package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"crm.example/services/auth/internal/account"
)

// sessionDoc is a session as it is kept. Members are added and never renamed.
type sessionDoc struct {
	ID                string     `json:"id"`
	UserID            string     `json:"userId"`
	Epoch             int        `json:"epoch"`
	Generation        int        `json:"generation"`
	RotatedAt         time.Time  `json:"rotatedAt"`
	Repeats           int        `json:"repeats"`
	CreatedAt         time.Time  `json:"createdAt"`
	ExpiresAt         time.Time  `json:"expiresAt"`
	EndedAt           *time.Time `json:"endedAt"`
	RevocationPending bool       `json:"revocationPending"`
	Version           int        `json:"version"`
}

var sessions = kind[account.Session]{
	find: sessionByID, save: updateSession,
	encode: encodeSession, decode: decodeSession, columns: sessionColumns,
	next: func(s *account.Session) { s.Version++ },
}

func sessionColumns(s account.Session) []any {
	return []any{s.ExpiresAt.UnixMilli(), s.RevocationPending}
}

func encodeSession(s account.Session) any {
	return sessionDoc{
		ID: s.ID, UserID: s.UserID, Epoch: s.Epoch, Generation: s.Generation, RotatedAt: s.RotatedAt, Repeats: s.Repeats,
		CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt, EndedAt: optional(s.EndedAt),
		RevocationPending: s.RevocationPending, Version: s.Version,
	}
}

func decodeSession(raw []byte) (account.Session, error) {
	var d sessionDoc
	if err := json.Unmarshal(raw, &d); err != nil {
		return account.Session{}, fmt.Errorf("decode session: %w", err)
	}
	return account.Session{
		ID: d.ID, UserID: d.UserID, Epoch: d.Epoch, Generation: d.Generation, RotatedAt: d.RotatedAt, Repeats: d.Repeats,
		CreatedAt: d.CreatedAt, ExpiresAt: d.ExpiresAt, EndedAt: whenGiven(d.EndedAt),
		RevocationPending: d.RevocationPending, Version: d.Version,
	}, nil
}

// CreateSession implements account.Sessions.
func (s *Store) CreateSession(ctx context.Context, session account.Session) error {
	session.Version = 1
	doc, err := json.Marshal(encodeSession(session))
	if err != nil {
		return fmt.Errorf("encode session: %w", err)
	}
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		args := append([]any{session.ID}, sessionColumns(session)...)
		return exec(ctx, tx, "insert session", insertSession, append(args, string(doc))...)
	})
}

// SessionByID implements account.Sessions.
func (s *Store) SessionByID(ctx context.Context, id string) (account.Session, error) {
	doc, err := findDoc(ctx, s.Queries(), sessionByID, id)
	if err != nil {
		return account.Session{}, fmt.Errorf("find session: %w", err)
	}
	return decodeSession(doc)
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
	return list(ctx, s.Read(), decodeSession, sessionsRevoke, limit)
}
