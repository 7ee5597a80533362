package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
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

const (
	insertEvent  = `INSERT INTO outbox (id, document, subject, body) VALUES (?, ?, ?, ?)`
	restateEvent = `INSERT INTO outbox (id, document, subject, body) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE document = ?2)`
	deleteEvents = `DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))`

	// One step in the index for each document: a long outbox of one of them costs nothing.
	selectWaiting = `
		WITH RECURSIVE next (document) AS (
			SELECT min(document) FROM outbox
			UNION ALL
			SELECT (SELECT min(document) FROM outbox WHERE document > next.document) FROM next WHERE next.document IS NOT NULL
		)
		SELECT document FROM next WHERE document IS NOT NULL LIMIT ?`

	selectPending = `SELECT id, document, subject, body FROM outbox
		WHERE document IN (SELECT value FROM json_each(?)) ORDER BY number LIMIT ?`

	selectSettled = `SELECT DISTINCT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE document = value)`
)

// Announce adds events to the outbox, in the transaction of their change: both are stored or neither.
func Announce(ctx context.Context, tx *sql.Tx, msgs ...events.Message) error {
	for _, m := range msgs {
		if _, err := tx.ExecContext(ctx, insertEvent, m.ID, m.Document, m.Subject, m.Body); err != nil {
			return fmt.Errorf("announce %s: %w", m.Subject, err)
		}
	}
	return nil
}

// Restate adds events with the present state of documents to the outbox, in one transaction. It leaves out an event that is no longer
// true, and one whose document has a waiting event: the last of those has the present state too. It returns how many it added.
func Restate[E any](ctx context.Context, db *DB, all []E, isTrue func(context.Context, *sql.Tx, E) (bool, error), encode func(E) (events.Message, error)) (restated int, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		restated = 0
		for _, e := range all {
			yes, err := isTrue(ctx, tx, e)
			if problem.Is(err, problem.NotFound) || err == nil && !yes {
				continue
			}
			if err != nil {
				return err
			}
			m, err := encode(e)
			if err != nil {
				return err
			}
			n, err := Exec(ctx, tx, "restate "+m.Subject, restateEvent, m.ID, m.Document, m.Subject, m.Body)
			if err != nil {
				return err
			}
			restated += n
		}
		return nil
	})
	return restated, err
}

// Waiting returns the ids of documents with unpublished events, at most limit. It ignores how long they have waited: a file has
// only one relay, and it never asks while it publishes.
func (db *DB) Waiting(ctx context.Context, _ time.Time, limit int) ([]string, error) {
	rows, err := db.reader.QueryContext(ctx, selectWaiting, limit)
	if err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	documents, err := scanned(rows, func(rows *sql.Rows, document *string) error { return rows.Scan(document) })
	if err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	return documents, nil
}

// Pending returns the oldest unpublished events of the documents, at most limit, in the order of their changes.
func (db *DB) Pending(ctx context.Context, documents []string, limit int) ([]events.Message, error) {
	rows, err := db.reader.QueryContext(ctx, selectPending, List(documents), limit)
	if err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	msgs, err := scanned(rows, func(rows *sql.Rows, m *events.Message) error {
		return rows.Scan(&m.ID, &m.Document, &m.Subject, &m.Body)
	})
	if err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	return msgs, nil
}

// MarkPublished removes published events from the outbox. One that is not there is no error.
func (db *DB) MarkPublished(ctx context.Context, published []events.Message) error {
	return db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := MarkPublished(ctx, tx, published)
		return err
	})
}

// MarkPublished removes published events within a transaction, and returns the documents that have nothing left to publish: if such
// a document is a tombstone, it may be removed now.
func MarkPublished(ctx context.Context, tx *sql.Tx, published []events.Message) (settled []string, err error) {
	ids, documents := make([]string, len(published)), make([]string, len(published))
	for i, m := range published {
		ids[i], documents[i] = m.ID, m.Document
	}
	if _, err := tx.ExecContext(ctx, deleteEvents, List(ids)); err != nil {
		return nil, fmt.Errorf("remove published events: %w", err)
	}
	rows, err := tx.QueryContext(ctx, selectSettled, List(documents))
	if err != nil {
		return nil, fmt.Errorf("remove published events: %w", err)
	}
	return scanned(rows, func(rows *sql.Rows, document *string) error { return rows.Scan(document) })
}

// List makes the argument for a condition such as id IN (SELECT value FROM json_each(?)).
func List(values []string) string {
	raw, _ := json.Marshal(values) // text is always JSON
	return string(raw)
}

// scanned reads all rows and closes them.
func scanned[T any](rows *sql.Rows, scan func(*sql.Rows, *T) error) (all []T, err error) {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one T
		if err := scan(rows, &one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
