// Package mongostore keeps users, sessions, reset requests and wrapped keys in a MongoDB database, which several
// processes may share. A change and its events are one write of one document, so that it needs no transaction. It knows
// the account package's types and none of its rules.
package mongostore

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/events"
	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
)

// Store implements account.Store, account.Keys and the relay's outbox.
type Store struct {
	*mongo.DB
	// Announced is called after each write that put events into the outbox. It must not block, and be set
	// before the first write; nil is fine.
	Announced func(userID string)

	encode func(account.Event) (events.Message, error)
}

var (
	_ account.Store = (*Store)(nil)
	_ account.Keys  = (*Store)(nil)
)

// Open makes a store of a URI that names the database, and touches no network: Ready tells whether it works. encode makes
// of an event what the outbox keeps. Any more options are for tests.
func Open(uri string, encode func(account.Event) (events.Message, error), more ...*options.ClientOptions) (*Store, error) {
	db, err := mongo.Open(uri, schema, more...)
	if err != nil {
		return nil, err
	}
	return &Store{DB: db, encode: encode}, nil
}

// outbox makes of a user's events what the outbox keeps.
func (s *Store) outbox(u account.User) (mongo.Outbox, error) {
	var box mongo.Outbox
	for _, e := range u.Events {
		m, err := s.encode(e)
		if err != nil {
			return mongo.Outbox{}, err
		}
		box.Add(m, e.At)
	}
	return box, nil
}

// announced tells the relay, if there was anything to tell.
func (s *Store) announced(userID string, box mongo.Outbox) {
	if len(box.Events) > 0 && s.Announced != nil {
		s.Announced(userID)
	}
}

// find reads one document; none is a problem `not-found`.
func (s *Store) find(ctx context.Context, collection string, filter bson.D, into any, opts ...options.Lister[options.FindOneOptions]) error {
	ctx, cancel := mongo.Bounded(ctx)
	defer cancel()
	c, err := s.Collection(ctx, collection)
	if err != nil {
		return err
	}
	err = c.FindOne(ctx, filter, opts...).Decode(into)
	if errors.Is(err, driver.ErrNoDocuments) {
		return notFound()
	}
	return mongo.Translate(err)
}

// list reads documents by an index and decodes each.
func list[D, T any](ctx context.Context, s *Store, collection string, decode func(D) (T, error), filter bson.D, how *options.FindOptionsBuilder) ([]T, error) {
	ctx, cancel := mongo.Bounded(ctx)
	defer cancel()
	c, err := s.Collection(ctx, collection)
	if err != nil {
		return nil, err
	}
	cursor, err := c.Find(ctx, filter, how)
	if err != nil {
		return nil, mongo.Translate(fmt.Errorf("list %s: %w", collection, err))
	}
	var docs []D
	if err := cursor.All(ctx, &docs); err != nil {
		return nil, mongo.Translate(fmt.Errorf("list %s: %w", collection, err))
	}
	all := make([]T, len(docs))
	for i, doc := range docs {
		if all[i], err = decode(doc); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// insert stores a new document. Whether a unique index has one of its values already, mongo.IsDuplicate tells.
func (s *Store) insert(ctx context.Context, collection string, doc any) error {
	ctx, cancel := mongo.Bounded(ctx)
	defer cancel()
	c, err := s.Collection(ctx, collection)
	if err != nil {
		return err
	}
	if _, err := c.InsertOne(ctx, doc); err != nil {
		return mongo.Translate(fmt.Errorf("insert into %s: %w", collection, err))
	}
	return nil
}

// remove removes a document. One that is not there is no error.
func (s *Store) remove(ctx context.Context, collection, id string) error {
	ctx, cancel := mongo.Bounded(ctx)
	defer cancel()
	c, err := s.Collection(ctx, collection)
	if err != nil {
		return err
	}
	if _, err := c.DeleteOne(ctx, byID(id)); err != nil {
		return mongo.Translate(fmt.Errorf("remove from %s: %w", collection, err))
	}
	return nil
}

func byID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }
