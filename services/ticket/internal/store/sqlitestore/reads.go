package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// Find is described in ticket.Store.
func (s *Store) Find(ctx context.Context, scope ticket.Scope, id string) (ticket.Ticket, error) {
	rows, err := s.Queries().QueryContext(ctx, selectWhole, id)
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

// readWhole reads the rows of selectWhole; without rows it is the zero Ticket.
func readWhole(rows *sql.Rows) (ticket.Ticket, error) {
	defer func() { _ = rows.Close() }()
	var t document.Ticket
	for rows.Next() {
		var seq int
		var raw sql.RawBytes
		err := rows.Scan(&seq, &raw)
		switch {
		case err != nil:
		case seq == 0:
			err = sqlite.Decode(raw, &t)
		default:
			t.Conversation = append(t.Conversation, document.Message{})
			err = sqlite.Decode(raw, &t.Conversation[len(t.Conversation)-1])
		}
		if err != nil {
			return ticket.Ticket{}, err
		}
	}
	return t.Ticket(), rows.Err()
}

// List is described in ticket.Store.
func (s *Store) List(ctx context.Context, q ticket.Query) ([]ticket.Summary, error) {
	statement, args := listQuery(q)
	return sqlite.All(ctx, s.Queries(), document.SummaryFrom, statement, args...)
}

// TicketsAfter is described in ticket.Archive.
func (s *Store) TicketsAfter(ctx context.Context, id string, limit int) ([]ticket.Ticket, error) {
	return s.wholes(ctx, selectAfter, id, limit)
}

// wholes returns the tickets of a query with their conversations, all read at one moment.
func (s *Store) wholes(ctx context.Context, query string, args ...any) ([]ticket.Ticket, error) {
	tx, err := s.Read().BeginTx(ctx, nil)
	if err != nil {
		return nil, sqlite.Translate(fmt.Errorf("begin: %w", err))
	}
	defer func() { _ = tx.Rollback() }()
	tickets, err := sqlite.All(ctx, tx, document.Ticket.Ticket, query, args...)
	for i := range tickets {
		if err == nil {
			tickets[i], err = whole(ctx, tx, tickets[i])
		}
	}
	return tickets, err
}

// head is a ticket without its conversation.
func head(ctx context.Context, tx *sql.Tx, scope ticket.Scope, id string) (document.Ticket, error) {
	d, err := sqlite.One[document.Ticket](ctx, tx, selectTicket, id)
	if err == nil && !scope.Covers(d.ClientID) {
		return document.Ticket{}, ticket.NotFound()
	}
	return d, err
}

// opened is the ticket with the idempotency key of t.
func opened(ctx context.Context, tx *sql.Tx, t ticket.Ticket) (ticket.Ticket, error) {
	earlier, err := sqlite.One[document.Ticket](ctx, tx, selectOpened, t.ClientID, t.OpenedWith.Key)
	if err != nil {
		return ticket.Ticket{}, err
	}
	return whole(ctx, tx, earlier.Ticket())
}

func repliedWith(ctx context.Context, tx *sql.Tx, target ticket.Target) (ticket.Idempotency, error) {
	if target.Key == "" {
		return ticket.Idempotency{}, nil
	}
	m, err := sqlite.One[document.Message](ctx, tx, selectReply, target.ID, target.Author, target.Key)
	if problem.Is(err, problem.NotFound) {
		err = nil
	}
	return ticket.Idempotency(m.SentWith), err
}

// whole adds the conversation.
func whole(ctx context.Context, tx *sql.Tx, t ticket.Ticket) (ticket.Ticket, error) {
	var err error
	t.Conversation, err = sqlite.All(ctx, tx, document.Message.Message, selectMessages, t.ID)
	return t, err
}
