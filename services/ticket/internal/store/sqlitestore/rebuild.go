package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/ticket"
)

var _ ticket.Restater = (*Store)(nil)

// Restate is described in ticket.Restater. It is one transaction.
func (s *Store) Restate(ctx context.Context, events []ticket.Event) (announced int, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		announced = 0
		for _, e := range events {
			done, err := s.restate(ctx, tx, e)
			if err != nil {
				return err
			}
			if done {
				announced++
			}
		}
		return nil
	})
	return announced, err
}

func (s *Store) restate(ctx context.Context, tx *sql.Tx, e ticket.Event) (bool, error) {
	is, err := find(ctx, tx, ticket.Scope{}, e.Ticket.ID)
	if problem.Is(err, problem.NotFound) || err == nil && is.Version != e.Ticket.Version {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	m, err := s.announce(e)
	if err != nil {
		return false, fmt.Errorf("announce %s: %w", e.Verb, err)
	}
	return sqlite.Restate(ctx, tx, m)
}
