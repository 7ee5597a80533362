// Package mongostore keeps tickets in MongoDB: one document per ticket, with its conversation and its unpublished events.
// It knows nothing of the rules; ticket.Store says what it promises.
package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/events"
	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/ticket"
)

// Store is a ticket.Store, and the outbox of its events.
type Store struct {
	db       *mongo.DB
	announce func(ticket.Event) (events.Message, error)
}

// Open opens the database that the URI names; the server may come later. announce encodes an event as it is to be
// published. Any more options are for tests.
func Open(uri string, announce func(ticket.Event) (events.Message, error), more ...*options.ClientOptions) (*Store, error) {
	db, err := mongo.Open(uri, schema, more...)
	if err != nil {
		return nil, err
	}
	return &Store{db: db, announce: announce}, nil
}

// Ready tells in a sentence what is missing: the server, or an index.
func (s *Store) Ready(ctx context.Context) error { return s.db.Ready(ctx) }

// Close closes the connections.
func (s *Store) Close() error { return s.db.Close() }

func (s *Store) tickets(ctx context.Context) (*driver.Collection, error) {
	return s.db.Collection(ctx, tickets)
}

// keyWithin is how long Create looks for the ticket that has a taken key: one that no majority has yet, or that is just
// being deleted.
const keyWithin = 5 * time.Second

// Create is described in ticket.Store.
func (s *Store) Create(ctx context.Context, t ticket.Ticket) (stored ticket.Ticket, err error) {
	d, err := s.newDocument(t)
	if err != nil {
		return ticket.Ticket{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, keyWithin)
	defer cancel()
	err = mongo.Retry(ctx, func(ctx context.Context) error {
		stored, err = s.insert(ctx, d)
		return err
	})
	return stored, err
}

func (s *Store) insert(ctx context.Context, d newDocument) (ticket.Ticket, error) {
	c, err := s.tickets(ctx)
	if err != nil {
		return ticket.Ticket{}, err
	}
	_, err = c.InsertOne(ctx, d)
	if mongo.IsDuplicate(err) && d.Ticket.OpenedWith != nil {
		return opened(ctx, c, d.Ticket)
	}
	if err != nil {
		return ticket.Ticket{}, mongo.Translate(fmt.Errorf("insert ticket: %w", err))
	}
	return d.Ticket.ticket(), nil
}

// Update is described in ticket.Store.
func (s *Store) Update(ctx context.Context, target ticket.Target, change ticket.Change) (updated ticket.Ticket, err error) {
	err = mongo.Retry(ctx, func(ctx context.Context) error {
		updated, err = s.update(ctx, target, change)
		return err
	})
	return updated, err
}

func (s *Store) update(ctx context.Context, target ticket.Target, change ticket.Change) (ticket.Ticket, error) {
	c, err := s.tickets(ctx)
	if err != nil {
		return ticket.Ticket{}, err
	}
	t, earlier, err := head(ctx, c, target)
	if err != nil {
		return ticket.Ticket{}, err
	}
	version := t.Version
	if err := change(&t, earlier); err != nil {
		return ticket.Ticket{}, err
	}
	if len(t.Pending) == 0 {
		return unchanged(ctx, c, t)
	}
	written, err := s.written(t)
	if err != nil {
		return ticket.Ticket{}, err
	}
	return save(ctx, c, t, version, written)
}

// save writes a change if the ticket still has the version that the change was made on, and returns it as it is then.
func save(ctx context.Context, c *driver.Collection, t ticket.Ticket, version int, w written) (ticket.Ticket, error) {
	still := append(within(ticket.Scope{ClientID: t.ClientID}, t.ID), bson.E{Key: "version", Value: version})
	after := options.FindOneAndUpdate().SetReturnDocument(options.After).SetProjection(whole)
	return one(c.FindOneAndUpdate(ctx, still, w.update(t), after), "update ticket", mongo.ErrConflict)
}
