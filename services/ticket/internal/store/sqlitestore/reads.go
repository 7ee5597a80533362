package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/ticket"
)

// Find is described in ticket.Store.
func (s *Store) Find(ctx context.Context, scope ticket.Scope, id string) (ticket.Ticket, error) {
	rows, err := s.db.Queries().QueryContext(ctx, selectWhole, id)
	if err != nil {
		return ticket.Ticket{}, sqlite.Translate(fmt.Errorf("find ticket: %w", err))
	}
	t, err := readWhole(rows)
	switch {
	case err != nil:
		return ticket.Ticket{}, sqlite.Translate(fmt.Errorf("find ticket: %w", err))
	case t.ID == "" || !scope.Covers(t.ClientID):
		return ticket.Ticket{}, ticket.NotFound()
	}
	return t, nil
}

// readWhole reads the rows of selectWhole; without any it is the zero Ticket.
func readWhole(rows *sql.Rows) (t ticket.Ticket, err error) {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var seq int
		var document sql.RawBytes
		if err := rows.Scan(&seq, &document); err != nil {
			return ticket.Ticket{}, err
		}
		if seq == 0 {
			t, err = decodeTicket(document)
		} else {
			var m ticket.Message
			m, err = decodeMessage(document)
			t.Conversation = append(t.Conversation, m)
		}
		if err != nil {
			return ticket.Ticket{}, err
		}
	}
	return t, rows.Err()
}

// List is described in ticket.Store.
func (s *Store) List(ctx context.Context, q ticket.Query) ([]ticket.Summary, error) {
	statement, args := listQuery(q)
	tickets, err := collect(ctx, s.db.Queries(), decodeTicket, statement, args...)
	if err != nil {
		return nil, sqlite.Translate(fmt.Errorf("list tickets: %w", err))
	}
	items := make([]ticket.Summary, len(tickets))
	for i, t := range tickets {
		items[i] = t.Summary
	}
	return items, nil
}

func find(ctx context.Context, tx *sql.Tx, scope ticket.Scope, id string) (ticket.Ticket, error) {
	t, err := one(ctx, tx, decodeTicket, selectTicket, id)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && !scope.Covers(t.ClientID)) {
		return ticket.Ticket{}, ticket.NotFound()
	}
	if err != nil {
		return ticket.Ticket{}, fmt.Errorf("find ticket: %w", err)
	}
	return t, nil
}

// opened is the ticket that has the idempotency key of t.
func opened(ctx context.Context, tx *sql.Tx, t ticket.Ticket) (ticket.Ticket, error) {
	earlier, err := one(ctx, tx, decodeTicket, selectOpened, t.ClientID, t.OpenedWith.Key)
	if err != nil {
		return ticket.Ticket{}, fmt.Errorf("find ticket by idempotency key: %w", err)
	}
	return whole(ctx, tx, earlier)
}

func repliedWith(ctx context.Context, tx *sql.Tx, target ticket.Target) (ticket.Idempotency, error) {
	if target.Key == "" {
		return ticket.Idempotency{}, nil
	}
	m, err := one(ctx, tx, decodeMessage, selectReply, target.ID, target.Author, target.Key)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return ticket.Idempotency{}, fmt.Errorf("find message by idempotency key: %w", err)
	}
	return m.SentWith, nil
}

// whole adds the conversation.
func whole(ctx context.Context, tx *sql.Tx, t ticket.Ticket) (_ ticket.Ticket, err error) {
	if t.Conversation, err = collect(ctx, tx, decodeMessage, selectMessages, t.ID); err != nil {
		return ticket.Ticket{}, fmt.Errorf("read conversation: %w", err)
	}
	return t, nil
}

// querier is a transaction or the pool of readers.
type querier interface {
	QueryContext(ctx context.Context, statement string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, statement string, args ...any) *sql.Row
}

func one[T any](ctx context.Context, from querier, decode func([]byte) (T, error), statement string, args ...any) (T, error) {
	var document []byte
	if err := from.QueryRowContext(ctx, statement, args...).Scan(&document); err != nil {
		var none T
		return none, err
	}
	return decode(document)
}

func collect[T any](ctx context.Context, from querier, decode func([]byte) (T, error), statement string, args ...any) ([]T, error) {
	rows, err := from.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		var document sql.RawBytes
		if err := rows.Scan(&document); err != nil {
			return nil, err
		}
		item, err := decode(document)
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, rows.Err()
}
