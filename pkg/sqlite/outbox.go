package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"crm.example/pkg/events"
)

// outboxTable holds the events that are not published yet; the order of its numbers is the order of the changes.
const outboxTable = `
CREATE TABLE IF NOT EXISTS outbox (
	number   INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	document TEXT NOT NULL,
	subject  TEXT NOT NULL,
	body     BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_by_document ON outbox (document);`

// Announce puts events into the outbox in the transaction of the change that they tell of:
// either both are kept or neither.
func Announce(ctx context.Context, tx *sql.Tx, msgs ...events.Message) error {
	for _, m := range msgs {
		_, err := tx.ExecContext(ctx, "INSERT INTO outbox (id, document, subject, body) VALUES (?, ?, ?, ?)",
			m.ID, m.Document, m.Subject, m.Body)
		if err != nil {
			return fmt.Errorf("announce %s: %w", m.Subject, err)
		}
	}
	return nil
}

// Pending returns the oldest unpublished events, at most limit, in the order of their changes.
func (db *DB) Pending(ctx context.Context, limit int) ([]events.Message, error) {
	rows, err := db.reader.QueryContext(ctx, "SELECT id, document, subject, body FROM outbox ORDER BY number LIMIT ?", limit)
	if err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	defer func() { _ = rows.Close() }()
	var msgs []events.Message
	for rows.Next() {
		var m events.Message
		if err := rows.Scan(&m.ID, &m.Document, &m.Subject, &m.Body); err != nil {
			return nil, Translate(fmt.Errorf("read outbox: %w", err))
		}
		msgs = append(msgs, m)
	}
	if err := rows.Err(); err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	return msgs, nil
}

// Settle removes a published event from the outbox. One that is not there is no error.
func (db *DB) Settle(ctx context.Context, m events.Message) error {
	return db.Write(ctx, func(tx *sql.Tx) error {
		_, err := Settle(ctx, tx, m)
		return err
	})
}

// Settle removes a published event within a transaction, and tells whether it was
// its document's last: then nothing is left to publish, and a deleted document's tombstone may go.
func Settle(ctx context.Context, tx *sql.Tx, m events.Message) (last bool, err error) {
	if _, err := tx.ExecContext(ctx, "DELETE FROM outbox WHERE id = ?", m.ID); err != nil {
		return false, fmt.Errorf("settle %s: %w", m.Subject, err)
	}
	row := tx.QueryRowContext(ctx, "SELECT NOT EXISTS (SELECT 1 FROM outbox WHERE document = ?)", m.Document)
	if err := row.Scan(&last); err != nil {
		return false, fmt.Errorf("settle %s: %w", m.Subject, err)
	}
	return last, nil
}
