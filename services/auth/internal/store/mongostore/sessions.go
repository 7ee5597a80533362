package mongostore

import (
	"context"
	"fmt"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/document"
)

var sessionKind = kind[document.Session, account.Session]{
	collection: sessions, projection: mongo.Projection(document.Session{}), encode: document.SessionOf,
	decode:  func(d document.Session) (account.Session, error) { return d.Session(), nil },
	version: func(s *account.Session) *int { return &s.Version },
	events:  func(*Store, *account.Session) (mongo.Outbox, error) { return mongo.Outbox{}, nil },
}

// CreateSession implements account.Sessions.
func (s *Store) CreateSession(ctx context.Context, session account.Session) error {
	session.Version = 1
	return s.Insert(ctx, sessions, document.SessionOf(session))
}

// SessionByID implements account.Sessions.
func (s *Store) SessionByID(ctx context.Context, id string) (account.Session, error) {
	d, err := mongo.Find[document.Session](ctx, s.DB, sessions, mongo.ByID(id))
	return d.Session(), err
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
	return mongo.List(ctx, s.DB, sessions, document.Session.Session, revocationPending(), toRevoke(limit))
}
