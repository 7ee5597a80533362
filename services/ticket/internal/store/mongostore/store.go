// Package mongostore keeps tickets in MongoDB: one document per ticket, with its conversation and its unpublished events.
// It knows no rules; ticket.Store says what it promises.
package mongostore

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/events"
	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/ticket"
)

// Store is a ticket.Store, and the outbox of its events.
type Store struct {
	*mongo.DB
	encode  func(ticket.Event) (events.Message, error)
	numbers numbers
}

var (
	_ ticket.Store    = (*Store)(nil)
	_ ticket.Archive  = (*Store)(nil)
	_ ticket.Restater = (*Store)(nil)
)

// Open opens the database that the URI names; the server may start later. encode turns an event into a message of the outbox.
// The other options are for tests.
func Open(uri string, encode func(ticket.Event) (events.Message, error), more ...*options.ClientOptions) (*Store, error) {
	db, err := mongo.Open(uri, schema, more...)
	if err != nil {
		return nil, err
	}
	return &Store{DB: db, encode: encode}, nil
}

// outbox turns a ticket's events into the members of the outbox.
func (s *Store) outbox(t ticket.Ticket) (box mongo.Outbox, err error) {
	for _, e := range t.Pending {
		m, err := s.encode(e)
		if err != nil {
			return mongo.Outbox{}, fmt.Errorf("encode %s: %w", e.Verb, err)
		}
		box.Add(m, e.At)
	}
	return box, nil
}
