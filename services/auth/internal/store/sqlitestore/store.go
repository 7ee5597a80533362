// Package sqlitestore keeps users, sessions, reset requests and wrapped keys in one SQLite file: the
// indexed columns beside one JSON document in each row. It knows the types of package account and not its rules.
package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"crm.example/pkg/events"
	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
)

// Store implements account.Store, account.Keys and the relay's outbox.
type Store struct {
	*sqlite.DB
	// Announced is called after each write that put events into the outbox. It must not block, and be set
	// before the first write; nil is fine.
	Announced func(userID string)

	encode func(account.Event) (events.Message, error)
}

var (
	_ account.Store    = (*Store)(nil)
	_ account.Keys     = (*Store)(nil)
	_ account.Archive  = (*Store)(nil)
	_ account.Restater = (*Store)(nil)
)

// Open opens the file, or makes it. encode turns an event into a message of the outbox.
func Open(ctx context.Context, path string, encode func(account.Event) (events.Message, error)) (*Store, error) {
	db, err := sqlite.Open(ctx, path, migrations)
	if err != nil {
		return nil, err
	}
	return &Store{DB: db, encode: encode}, nil
}

// Ready tells in a sentence why the store does not work.
func (s *Store) Ready(ctx context.Context) error {
	if _, err := s.Keys(ctx); err != nil {
		return errors.New("The store does not answer")
	}
	return s.DB.Ready(ctx)
}

// announce puts a user's events into the outbox and empties the list.
func (s *Store) announce(ctx context.Context, tx *sql.Tx, u *account.User) error {
	for _, e := range u.Events {
		m, err := s.encode(e)
		if err != nil {
			return fmt.Errorf("encode %s: %w", e.Verb, err)
		}
		if err := sqlite.Announce(ctx, tx, m); err != nil {
			return err
		}
	}
	u.Events = nil
	return nil
}

// announced tells the relay if there are new events.
func (s *Store) announced(userID string, happened bool) {
	if happened && s.Announced != nil {
		s.Announced(userID)
	}
}
