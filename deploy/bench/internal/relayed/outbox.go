// Package relayed measures how events get from an outbox into a stream: the outbox of a store on a disk, and a nats-server
// that syncs each batch.
package relayed

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox"
	"crm.example/pkg/sqlite"
)

const changes = "CREATE TABLE change (number INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT"

// Outbox is that of a store which counts how often events are removed.
type Outbox struct {
	*sqlite.DB
	removals, removed atomic.Int64
}

var _ outbox.Store = (*Outbox)(nil)

// Open makes an outbox in a new file.
func Open(ctx context.Context, path string) (*Outbox, error) {
	db, err := sqlite.Open(ctx, path, []string{changes})
	return &Outbox{DB: db}, err
}

// MarkPublished implements outbox.Store.
func (o *Outbox) MarkPublished(ctx context.Context, published []events.Message) error {
	err := o.DB.MarkPublished(ctx, published)
	if err == nil {
		o.removals.Add(1)
		o.removed.Add(int64(len(published)))
	}
	return err
}

// Change is a durable write, with its event or without.
func (o *Outbox) Change(ctx context.Context, document string, sequence int, announced bool) error {
	m, err := message(document, sequence)
	if err != nil {
		return err
	}
	return o.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO change (document) VALUES (?)", document); err != nil || !announced {
			return err
		}
		return sqlite.Announce(ctx, tx, m)
	})
}

// fill writes events, five of each document, as if NATS had been away.
func (o *Outbox) fill(ctx context.Context, count int) error {
	return o.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var document string
		for i := range count {
			if i%5 == 0 {
				document = ID()
			}
			m, err := message(document, 1+i%5)
			if err != nil {
				return err
			}
			if err := sqlite.Announce(ctx, tx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// ID is that of a new document.
func ID() string { return uuid.Must(uuid.NewV7()).String() }

// message is an event as large as that of a reply.
func message(ticket string, sequence int) (events.Message, error) {
	now := time.Now()
	actor := events.Actor{ID: ticket, Name: "Client of the benchmark", Role: "client"}
	return events.NewTicketMessage(events.Head{ID: ID(), Verb: "replied", Sequence: sequence, At: now}, ticket, ticket, events.TicketData{
		Actor:   actor,
		Ticket:  events.Ticket{ID: ticket, ClientID: ticket, ClientName: actor.Name, Subject: "Wrong address on the invoice", Status: "pending-agent", Version: sequence},
		Message: &events.ConversationMessage{ID: ticket, Seq: sequence, Author: actor, Message: fmt.Sprintf("%0510d", sequence), SentAt: events.Time(now)},
	})
}
