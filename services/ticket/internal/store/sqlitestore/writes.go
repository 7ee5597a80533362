package sqlitestore

import (
	"context"
	"database/sql"

	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// Create is described in ticket.Store.
func (s *Store) Create(ctx context.Context, t ticket.Ticket) (stored ticket.Ticket, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := newNumber(ctx, tx)
		if err != nil {
			return err
		}
		t.Numbered(n)
		inserted, err := insert(ctx, tx, t)
		if err == nil && inserted {
			if stored, err = s.follow(ctx, tx, ticket.Scope{ClientID: t.ClientID}, t); err == nil {
				err = addTerms(ctx, tx, stored)
			}
		} else if err == nil {
			stored, err = opened(ctx, tx, t)
		}
		return err
	})
	return stored, err
}

// Update is described in ticket.Store.
func (s *Store) Update(ctx context.Context, target ticket.Target, change ticket.Change) (updated ticket.Ticket, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		was, err := head(ctx, tx, target.Scope, target.ID)
		if err != nil {
			return err
		}
		earlier, err := repliedWith(ctx, tx, target)
		if err != nil {
			return err
		}
		t := was.Ticket()
		if err := change(&t, earlier); err != nil {
			return err
		}
		if updated, err = s.save(ctx, tx, target.Scope, was, t); err == nil {
			err = refind(ctx, tx, was, t)
		}
		return err
	})
	return updated, err
}

// save writes a changed ticket. In this transaction no other writer has changed it since it was read.
func (s *Store) save(ctx context.Context, tx *sql.Tx, scope ticket.Scope, was document.Ticket, t ticket.Ticket) (ticket.Ticket, error) {
	if len(t.Pending) == 0 {
		return whole(ctx, tx, scope, t)
	}
	write := patch
	if !t.DeletedAt.IsZero() {
		write = makeTombstone
	}
	if err := write(ctx, tx, was, t); err != nil {
		return ticket.Ticket{}, err
	}
	return s.follow(ctx, tx, scope, t)
}

func patch(ctx context.Context, tx *sql.Tx, was document.Ticket, t ticket.Ticket) error {
	difference, err := sqlite.Patch(was, document.TicketOf(t))
	if err != nil {
		return err
	}
	_, err = sqlite.Exec(ctx, tx, "update ticket", patchTicket, difference, t.ID)
	return err
}

// makeTombstone leaves a tombstone, also without members that a newer version has written.
func makeTombstone(ctx context.Context, tx *sql.Tx, _ document.Ticket, t ticket.Ticket) error {
	tombstone, err := sqlite.Encode(document.TombstoneOf(t))
	if err != nil {
		return err
	}
	for _, statement := range []string{deleteMessages, deleteNotes, deleteHistory} {
		if _, err := sqlite.Exec(ctx, tx, "delete what was written", statement, t.ID); err != nil {
			return err
		}
	}
	if err := removeTerms(ctx, tx, t.ID); err != nil {
		return err
	}
	_, err = sqlite.Exec(ctx, tx, "bury ticket", toTombstone, tombstone, t.ID)
	return err
}

// follow writes the messages and announcements of the pending events, and returns the complete ticket.
func (s *Store) follow(ctx context.Context, tx *sql.Tx, scope ticket.Scope, t ticket.Ticket) (ticket.Ticket, error) {
	if t.DeletedAt.IsZero() {
		if err := appendTo(ctx, tx, t.ID, t.Added(), t.AddedNotes(), t.AddedSteps()); err != nil {
			return ticket.Ticket{}, err
		}
	}
	if err := s.announce(ctx, tx, t); err != nil {
		return ticket.Ticket{}, err
	}
	t.Pending = nil
	return whole(ctx, tx, scope, t)
}

// insert tells whether the ticket was stored: its key may have opened another one before.
func insert(ctx context.Context, tx *sql.Tx, t ticket.Ticket) (bool, error) {
	encoded, err := sqlite.Encode(document.TicketOf(t))
	if err != nil {
		return false, err
	}
	n, err := sqlite.Exec(ctx, tx, "insert ticket", insertTicket, t.ID, encoded)
	return n > 0, err
}

// appendTo adds to the ticket's lists, and takes the oldest steps off a history that is full.
func appendTo(ctx context.Context, tx *sql.Tx, ticketID string, messages []ticket.Message, notes []ticket.Note, steps []ticket.Step) error {
	for _, m := range messages {
		if err := insertInto(ctx, tx, insertMessage, ticketID, m.Seq, document.MessageOf(m)); err != nil {
			return err
		}
	}
	for _, n := range notes {
		if err := insertInto(ctx, tx, insertNote, ticketID, n.Seq, document.NoteOf(n)); err != nil {
			return err
		}
	}
	for _, step := range steps {
		if err := insertInto(ctx, tx, insertStep, ticketID, step.Version, document.StepOf(step)); err != nil {
			return err
		}
		if step.Version <= ticket.MaxHistory {
			continue
		}
		if _, err := sqlite.Exec(ctx, tx, "trim history", trimHistory, ticketID, ticket.MaxHistory); err != nil {
			return err
		}
	}
	return nil
}

func insertInto(ctx context.Context, tx *sql.Tx, statement, ticketID string, place int, what any) error {
	encoded, err := sqlite.Encode(what)
	if err == nil {
		_, err = sqlite.Exec(ctx, tx, "append to a ticket", statement, ticketID, place, encoded)
	}
	return err
}

// Restore is described in ticket.Archive.
func (s *Store) Restore(ctx context.Context, t ticket.Ticket) error {
	err := s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := freeNumber(ctx, tx, &t); err != nil {
			return err
		}
		inserted, err := insert(ctx, tx, t)
		if err == nil && !inserted {
			return ticket.ErrThere
		}
		if err != nil {
			return err
		}
		if err := appendTo(ctx, tx, t.ID, t.Conversation, t.Notes, t.History); err != nil {
			return err
		}
		return addTerms(ctx, tx, t)
	})
	if sqlite.IsUnique(err, "tickets.") {
		return ticket.ErrThere
	}
	return err
}

// Restate is described in ticket.Restater. It is one transaction.
func (s *Store) Restate(ctx context.Context, events []ticket.Event) (int, error) {
	return sqlite.Restate(ctx, s.DB, events, func(ctx context.Context, tx *sql.Tx, e ticket.Event) (bool, error) {
		is, err := head(ctx, tx, ticket.Scope{}, e.Ticket.ID)
		return is.Version == e.Ticket.Version, err
	}, s.encode)
}
