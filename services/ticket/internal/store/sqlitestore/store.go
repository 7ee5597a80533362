// Package sqlitestore keeps tickets in one SQLite file: a JSON document per ticket and one per message.
// It knows nothing of the rules; ticket.Store says what it promises.
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
	db       *sqlite.DB
	announce func(ticket.Event) (events.Message, error)
}

// Open opens the file, or makes it. announce encodes an event as it is to be published.
func Open(ctx context.Context, path string, announce func(ticket.Event) (events.Message, error)) (*Store, error) {
	db, err := sqlite.Open(ctx, path, migrations)
	if err != nil {
		return nil, err
	}
	return &Store{db: db, announce: announce}, nil
}

// Ready tells in a sentence that the file cannot be read.
func (s *Store) Ready(ctx context.Context) error {
	if s.db.Read().PingContext(ctx) != nil {
		return errors.New("The store does not answer")
	}
	return nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Create is described in ticket.Store.
func (s *Store) Create(ctx context.Context, t ticket.Ticket) (stored ticket.Ticket, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		document, err := encodeTicket(t)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, insertTicket, t.ID, document)
		if err != nil {
			return fmt.Errorf("insert ticket: %w", err)
		}
		if inserted, err := result.RowsAffected(); err != nil || inserted == 0 {
			stored, err = opened(ctx, tx, t)
			return err
		}
		stored, err = s.follow(ctx, tx, t)
		return err
	})
	return stored, err
}

// Update is described in ticket.Store.
func (s *Store) Update(ctx context.Context, target ticket.Target, change ticket.Change) (updated ticket.Ticket, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		t, err := find(ctx, tx, target.Scope, target.ID)
		if err != nil {
			return err
		}
		earlier, err := repliedWith(ctx, tx, target)
		if err != nil {
			return err
		}
		if err := change(&t, earlier); err != nil {
			return err
		}
		updated, err = s.save(ctx, tx, t)
		return err
	})
	return updated, err
}

// save writes a changed ticket. The transaction has kept all other writers out since it was read.
func (s *Store) save(ctx context.Context, tx *sql.Tx, t ticket.Ticket) (ticket.Ticket, error) {
	if len(t.Pending) == 0 {
		return whole(ctx, tx, t)
	}
	document, err := encodeTicket(t)
	if err != nil {
		return ticket.Ticket{}, err
	}
	statement := patchTicket
	if !t.DeletedAt.IsZero() {
		statement = buryTicket
		if _, err := tx.ExecContext(ctx, deleteMessages, t.ID); err != nil {
			return ticket.Ticket{}, fmt.Errorf("delete conversation: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, statement, document, t.ID); err != nil {
		return ticket.Ticket{}, fmt.Errorf("update ticket: %w", err)
	}
	return s.follow(ctx, tx, t)
}

// follow writes what the pending events bring along, and returns the ticket whole.
func (s *Store) follow(ctx context.Context, tx *sql.Tx, t ticket.Ticket) (ticket.Ticket, error) {
	for _, event := range t.Pending {
		if err := insert(ctx, tx, t.ID, event.Message); err != nil {
			return ticket.Ticket{}, err
		}
		message, err := s.announce(event)
		if err != nil {
			return ticket.Ticket{}, fmt.Errorf("announce %s: %w", event.Verb, err)
		}
		if err := sqlite.Announce(ctx, tx, message); err != nil {
			return ticket.Ticket{}, err
		}
	}
	t.Pending = nil
	return whole(ctx, tx, t)
}

func insert(ctx context.Context, tx *sql.Tx, ticketID string, m *ticket.Message) error {
	if m == nil {
		return nil
	}
	document, err := encodeMessage(*m)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, insertMessage, ticketID, m.Seq, document); err != nil {
		return fmt.Errorf("insert message: %w", err)
	}
	return nil
}
