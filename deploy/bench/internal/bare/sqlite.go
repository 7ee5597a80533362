package bare

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync/atomic"

	"crm.example/pkg/events"
	"crm.example/pkg/sqlite"
)

// schema is the least that could keep tickets: JSON documents, found by client and time.
const schema = `
CREATE TABLE ticket (id INTEGER PRIMARY KEY, client INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
CREATE INDEX ticket_by_client ON ticket (client, id);
CREATE TABLE message (ticket INTEGER NOT NULL, seq INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (ticket, seq)) STRICT, WITHOUT ROWID;`

var (
	summary = `{"subject": "` + strings.Repeat("s", 400) + `"}`
	text    = `{"message": "` + strings.Repeat("m", 600) + `"}`
	event   = []byte(`{"data": "` + strings.Repeat("e", 1500) + `"}`)
)

// Tickets is a database with as many tickets as the CRM's, of the same settings, and without the CRM.
type Tickets struct {
	db      *sqlite.DB
	clients int
	last    atomic.Int64 // the newest ticket's id
	events  atomic.Int64
}

// OpenTickets fills a new file.
func OpenTickets(ctx context.Context, path string, clients, tickets, replies int) (*Tickets, error) {
	db, err := sqlite.Open(ctx, path, []string{schema})
	if err != nil {
		return nil, err
	}
	t := &Tickets{db: db, clients: clients}
	err = db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for range tickets {
			if err := t.insert(ctx, tx, 1+replies); err != nil {
				return err
			}
		}
		return nil
	})
	return t, err
}

// Close closes the file.
func (t *Tickets) Close() error { return t.db.Close() }

func (t *Tickets) insert(ctx context.Context, tx *sql.Tx, messages int) error {
	id := t.last.Add(1)
	if _, err := tx.ExecContext(ctx, "INSERT INTO ticket VALUES (?, ?, ?)", id, id%int64(t.clients), summary); err != nil {
		return err
	}
	for seq := range messages {
		if _, err := tx.ExecContext(ctx, "INSERT INTO message VALUES (?, ?, ?)", id, seq, text); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tickets) announce(ctx context.Context, tx *sql.Tx) error {
	id := fmt.Sprint(t.events.Add(1))
	return sqlite.Announce(ctx, tx, events.Message{ID: id, Document: "ticket", Subject: "crm.ticket.replied", Body: event})
}

// Operation is what a request of the CRM does in the database; n chooses the client or the ticket.
type Operation struct {
	Name string
	Do   func(ctx context.Context, n int64) error
}

// Operations are the same, in the same order, as the requests that are measured through the CRM.
func (t *Tickets) Operations() []Operation {
	return []Operation{{"list", t.list}, {"get", t.get}, {"reply", t.reply}, {"create", t.create}}
}

// list reads the first page of a client's tickets.
func (t *Tickets) list(ctx context.Context, n int64) error {
	return t.read(ctx, "SELECT document FROM ticket WHERE client = ? ORDER BY id DESC LIMIT 21", n%int64(t.clients))
}

// get reads a ticket and its conversation.
func (t *Tickets) get(ctx context.Context, n int64) error {
	id := 1 + n%t.last.Load()
	if err := t.read(ctx, "SELECT document FROM ticket WHERE id = ?", id); err != nil {
		return err
	}
	return t.read(ctx, "SELECT document FROM message WHERE ticket = ? ORDER BY seq", id)
}

// reply writes a message, its ticket and an event, and waits for the disk.
func (t *Tickets) reply(ctx context.Context, n int64) error {
	id := 1 + n%t.last.Load()
	return t.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO message SELECT ?1, max(seq) + 1, ?2 FROM message WHERE ticket = ?1", id, text)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE ticket SET document = ? WHERE id = ?", summary, id); err != nil {
			return err
		}
		return t.announce(ctx, tx)
	})
}

// create writes a ticket, its first message and an event, and waits for the disk.
func (t *Tickets) create(ctx context.Context, _ int64) error {
	return t.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := t.insert(ctx, tx, 1); err != nil {
			return err
		}
		return t.announce(ctx, tx)
	})
}

func (t *Tickets) read(ctx context.Context, query string, args ...any) error {
	rows, err := t.db.Read().QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close() // rows.Err has it
	for rows.Next() {
		var document string
		if err := rows.Scan(&document); err != nil {
			return err
		}
	}
	return rows.Err()
}
