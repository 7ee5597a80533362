package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/ticket"
)

// newNumber counts within the transaction, so that a ticket that is not stored leaves no gap.
func newNumber(ctx context.Context, tx *sql.Tx) (n int, err error) {
	if err := tx.QueryRowContext(ctx, nextNumber).Scan(&n); err != nil {
		return 0, fmt.Errorf("choose number: %w", err)
	}
	return n, nil
}

// freeNumber keeps the number of a ticket from elsewhere, unless it has none or another ticket has it.
func freeNumber(ctx context.Context, tx *sql.Tx, t *ticket.Ticket) (err error) {
	taken := t.Number == 0
	if !taken {
		if err := tx.QueryRowContext(ctx, selectNumber, t.Number).Scan(&taken); err != nil {
			return fmt.Errorf("look for number: %w", err)
		}
	}
	if taken {
		t.Number, err = newNumber(ctx, tx)
		return err
	}
	_, err = sqlite.Exec(ctx, tx, "raise number", raiseNumber, t.Number)
	return err
}

// Unnumbered is described in ticket.Upgrades.
func (s *Store) Unnumbered(ctx context.Context, limit int) ([]ticket.Ticket, error) {
	return s.wholes(ctx, selectUnnumbered, limit)
}

// CountUnnumbered is described in ticket.Upgrades.
func (s *Store) CountUnnumbered(ctx context.Context) (n int, err error) {
	if err := s.Read().QueryRowContext(ctx, countUnnumbered).Scan(&n); err != nil {
		return 0, sqlite.Translate(fmt.Errorf("count tickets without a number: %w", err))
	}
	return n, nil
}

// Upgrade is described in ticket.Upgrades.
func (s *Store) Upgrade(ctx context.Context, t ticket.Ticket) error {
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		was, err := head(ctx, tx, ticket.Scope{}, t.ID)
		if problem.Is(err, problem.NotFound) || err == nil && (was.Version != t.Version || was.Number != 0) {
			return nil
		}
		if err != nil {
			return err
		}
		if t.Number, err = newNumber(ctx, tx); err != nil {
			return err
		}
		return patch(ctx, tx, was, t)
	})
}
