package bare

import (
	"context"
	"database/sql"
	"math/rand/v2"

	"github.com/google/uuid"

	"crm.example/deploy/bench/internal/load"
	"crm.example/pkg/events"
	"crm.example/pkg/sqlite"
)

// schema is the least that could keep tickets: JSON documents, found by client and time.
const schema = `
CREATE TABLE ticket (id INTEGER PRIMARY KEY, client INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
CREATE INDEX ticket_by_client ON ticket (client, id);
CREATE TABLE message (ticket INTEGER NOT NULL, seq INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (ticket, seq)) STRICT, WITHOUT ROWID;`

// SQLite is a database with as many tickets as the CRM's, of the same settings, and without the CRM.
type SQLite struct {
	rows
	*sqlite.DB
}

// OpenSQLite fills a new file.
func OpenSQLite(ctx context.Context, path string, clients, tickets int) (*SQLite, error) {
	db, err := sqlite.Open(ctx, path, []string{schema})
	if err != nil {
		return nil, err
	}
	s := &SQLite{rows{clients: clients}, db}
	return s, db.Write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		for range tickets {
			if err == nil {
				err = s.create(ctx, tx)
			}
		}
		return err
	})
}

// Operations are what the requests of these names do in the database. Writes wait for the disk, with an event each.
func (s *SQLite) Operations() []load.Operation {
	return []load.Operation{
		{Name: "list", Do: func(ctx context.Context) error {
			return s.read(ctx, "SELECT document FROM ticket WHERE client = ? ORDER BY id DESC LIMIT 21", rand.Int64N(int64(s.clients)))
		}},
		{Name: "get", Do: func(ctx context.Context) error {
			return s.read(ctx, "SELECT document FROM ticket WHERE id = ?1 UNION ALL SELECT document FROM message WHERE ticket = ?1", s.one())
		}},
		{Name: "reply", Writes: true, Do: s.write(s.reply, announce)},
		{Name: "reply without an event", Writes: true, Do: s.write(s.reply)},
		{Name: "create", Writes: true, Do: s.write(s.create, announce)},
	}
}

func (s *SQLite) create(ctx context.Context, tx *sql.Tx) error {
	id := s.last.Add(1)
	_, err := tx.ExecContext(ctx, "INSERT INTO ticket VALUES (?, ?, ?)", id, id%int64(s.clients), summary)
	if err == nil {
		_, err = tx.ExecContext(ctx, "INSERT INTO message VALUES (?, 0, ?)", id, text)
	}
	return err
}

func (s *SQLite) reply(ctx context.Context, tx *sql.Tx) error {
	id := s.one()
	_, err := tx.ExecContext(ctx, "INSERT INTO message SELECT ?1, max(seq) + 1, ?2 FROM message WHERE ticket = ?1", id, text)
	if err == nil {
		_, err = tx.ExecContext(ctx, "UPDATE ticket SET document = ? WHERE id = ?", summary, id)
	}
	return err
}

func announce(ctx context.Context, tx *sql.Tx) error {
	return sqlite.Announce(ctx, tx, events.Message{ID: uuid.NewString(), Document: "ticket", Subject: "crm.ticket.replied", Body: event})
}

func (s *SQLite) write(steps ...func(context.Context, *sql.Tx) error) func(context.Context) error {
	return func(ctx context.Context) error {
		return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
			for _, step := range steps {
				if err == nil {
					err = step(ctx, tx)
				}
			}
			return err
		})
	}
}

func (s *SQLite) read(ctx context.Context, query string, id int64) error {
	rows, err := s.Read().QueryContext(ctx, query, id)
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
