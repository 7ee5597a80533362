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
	query := selectWhole
	if scope.ClientID == "" {
		query = selectForAgents
	}
	rows, err := s.Queries().QueryContext(ctx, query, id)
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
		var list, seq int
		var raw sql.RawBytes
		err := rows.Scan(&list, &seq, &raw)
		switch {
		case err != nil:
		case list == 0:
			err = sqlite.Decode(raw, &t)
		case list == 1:
			err = decodeNext(raw, &t.Conversation)
		case list == 2:
			err = decodeNext(raw, &t.Notes)
		default:
			err = decodeNext(raw, &t.History)
		}
		if err != nil {
			return ticket.Ticket{}, err
		}
	}
	return t.Ticket(), rows.Err()
}

// decodeNext appends a document to its list.
func decodeNext[D any](raw []byte, to *[]D) error {
	var zero D
	*to = append(*to, zero)
	return sqlite.Decode(raw, &(*to)[len(*to)-1])
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
			tickets[i], err = whole(ctx, tx, ticket.Scope{}, tickets[i])
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
	return whole(ctx, tx, ticket.Scope{ClientID: t.ClientID}, earlier.Ticket())
}

func repliedWith(ctx context.Context, tx *sql.Tx, target ticket.Target) (ticket.Idempotency, error) {
	if target.Key == "" {
		return ticket.Idempotency{}, nil
	}
	query := selectReply
	if target.Notes {
		query = selectNote
	}
	sent, err := sqlite.One[struct {
		SentWith document.Once `json:"sentWith"`
	}](ctx, tx, query, target.ID, target.Author, target.Key)
	if problem.Is(err, problem.NotFound) {
		err = nil
	}
	return ticket.Idempotency(sent.SentWith), err
}

// whole adds the conversation and, for the scope of all tickets, notes and history.
func whole(ctx context.Context, tx *sql.Tx, scope ticket.Scope, t ticket.Ticket) (_ ticket.Ticket, err error) {
	if t.Conversation, err = sqlite.All(ctx, tx, document.Message.Message, selectMessages, t.ID); err != nil || scope.ClientID != "" {
		return t, err
	}
	if t.Notes, err = sqlite.All(ctx, tx, document.Note.Note, selectNotes, t.ID); err != nil {
		return t, err
	}
	t.History, err = sqlite.All(ctx, tx, document.Step.Step, selectHistory, t.ID)
	return t, err
}
