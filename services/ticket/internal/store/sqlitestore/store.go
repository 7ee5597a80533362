// Package sqlitestore keeps tickets in one SQLite file: a JSON document per ticket and one per message.
// It knows no rules; ticket.Store says what it promises.
package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"crm.example/pkg/events"
	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/ticket"
)

// Store is a ticket.Store, and the outbox of its events.
type Store struct {
	*sqlite.DB
	encode func(ticket.Event) (events.Message, error)
}

var (
	_ ticket.Store    = (*Store)(nil)
	_ ticket.Archive  = (*Store)(nil)
	_ ticket.Restater = (*Store)(nil)
)

// Open opens the file, or makes it. encode turns an event into a message of the outbox.
func Open(ctx context.Context, path string, encode func(ticket.Event) (events.Message, error)) (*Store, error) {
	db, err := sqlite.Open(ctx, path, migrations)
	if err != nil {
		return nil, err
	}
	db.TidyBy(tidySearch)
	return &Store{DB: db, encode: encode}, nil
}

// Ready tells in a sentence why nothing can be read or stored.
func (s *Store) Ready(ctx context.Context) error {
	if s.Read().PingContext(ctx) != nil {
		return errors.New("The store does not answer")
	}
	return s.DB.Ready(ctx)
}

// announce puts a ticket's events into the outbox.
func (s *Store) announce(ctx context.Context, tx *sql.Tx, t ticket.Ticket) error {
	for _, e := range t.Pending {
		m, err := s.encode(e)
		if err != nil {
			return fmt.Errorf("encode %s: %w", e.Verb, err)
		}
		if err := sqlite.Announce(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}
