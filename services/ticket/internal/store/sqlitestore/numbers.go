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

// Outdated is described in ticket.Upgrades: what this version has written has a place, and all else.
func (s *Store) Outdated(ctx context.Context, limit int) ([]ticket.Ticket, error) {
	return s.wholes(ctx, selectUnplaced, limit)
}

// CountOutdated is described in ticket.Upgrades.
func (s *Store) CountOutdated(ctx context.Context) (n int, err error) {
	if err := s.Read().QueryRowContext(ctx, countUnplaced).Scan(&n); err != nil {
		return 0, sqlite.Translate(fmt.Errorf("count tickets of earlier versions: %w", err))
	}
	return n, nil
}

// Upgrade is described in ticket.Upgrades. It is one transaction for all of them.
func (s *Store) Upgrade(ctx context.Context, tickets []ticket.Ticket) error {
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, t := range tickets {
			if err := upgrade(ctx, tx, t); err != nil {
				return err
			}
		}
		return nil
	})
}

func upgrade(ctx context.Context, tx *sql.Tx, t ticket.Ticket) error {
	was, err := head(ctx, tx, ticket.Scope{}, t.ID)
	if problem.Is(err, problem.NotFound) || err == nil && was.Version != t.Version {
		return nil
	}
	if err == nil && t.Number == 0 {
		t.Number, err = newNumber(ctx, tx)
	}
	if err == nil {
		err = patch(ctx, tx, was, t)
	}
	if err == nil {
		_, err = sqlite.Exec(ctx, tx, "place ticket", placeBefore, t.ID)
	}
	if err != nil {
		return err
	}
	return replaceTerms(ctx, tx, t)
}
