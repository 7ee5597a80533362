package mongostore

import (
	"context"
	"fmt"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
)

var sessionKind = kind[sessionDoc, account.Session]{
	collection: sessions, encode: encodeSession, decode: decodeSession,
	version: func(s *account.Session) *int { return &s.Version },
	events:  func(*Store, *account.Session) (mongo.Outbox, error) { return mongo.Outbox{}, nil },
}

// CreateSession implements account.Sessions.
func (s *Store) CreateSession(ctx context.Context, session account.Session) error {
	session.Version = 1
	return s.insert(ctx, sessions, encodeSession(session))
}

// SessionByID implements account.Sessions.
func (s *Store) SessionByID(ctx context.Context, id string) (account.Session, error) {
	var doc sessionDoc
	if err := s.find(ctx, sessions, byID(id), &doc); err != nil {
		return account.Session{}, fmt.Errorf("find session: %w", err)
	}
	return decodeSession(doc)
}

// UpdateSession implements account.Sessions.
func (s *Store) UpdateSession(ctx context.Context, id string, change func(*account.Session) error) (account.Session, error) {
	session, err := sessionKind.alter(ctx, s, id, change)
	if err != nil {
		return account.Session{}, fmt.Errorf("update session: %w", err)
	}
	return session, nil
}

// SessionsPendingRevocation implements account.Sessions.
func (s *Store) SessionsPendingRevocation(ctx context.Context, limit int) ([]account.Session, error) {
	return list(ctx, s, sessions, decodeSession, revocationPending(), toRevoke(limit))
}
