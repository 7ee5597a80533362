package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"

	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/ticket"
)

var _ ticket.Archive = (*Store)(nil)

// TicketsAfter is described in ticket.Archive.
func (s *Store) TicketsAfter(ctx context.Context, id string, limit int) ([]ticket.Ticket, error) {
	tx, err := s.db.Read().BeginTx(ctx, nil)
	if err != nil {
		return nil, sqlite.Translate(fmt.Errorf("begin: %w", err))
	}
	defer func() { _ = tx.Rollback() }()
	tickets, err := collect(ctx, tx, decodeTicket, selectAfter, id, limit)
	for i := range tickets {
		if err == nil {
			tickets[i], err = whole(ctx, tx, tickets[i])
		}
	}
	if err != nil {
		return nil, sqlite.Translate(fmt.Errorf("list tickets whole: %w", err))
	}
	return tickets, nil
}

// Restore is described in ticket.Archive.
func (s *Store) Restore(ctx context.Context, t ticket.Ticket) error {
	document, err := encodeTicket(t)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, insertTicket, t.ID, document)
		if err != nil {
			return fmt.Errorf("restore ticket: %w", err)
		}
		if inserted, err := result.RowsAffected(); err != nil || inserted == 0 {
			return ticket.ErrThere
		}
		for _, m := range t.Conversation {
			if err := insert(ctx, tx, t.ID, &m); err != nil {
				return err
			}
		}
		return nil
	})
	if sqlite.IsUnique(err, "tickets.") {
		return ticket.ErrThere
	}
	return err
}
