// Package mongostore keeps users, sessions, reset requests and wrapped keys in a MongoDB database, which several
// processes may share. A change and its events are one write of one document, so that it needs no transaction. It knows
// the types of package account and not its rules.
package mongostore

import (
	"fmt"

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
	_ account.Store    = (*Store)(nil)
	_ account.Keys     = (*Store)(nil)
	_ account.Archive  = (*Store)(nil)
	_ account.Restater = (*Store)(nil)
)

// Open makes a store from a URI that names the database. It does not connect: Ready tells whether the store works. encode turns an
// event into a message of the outbox. The other options are for tests.
func Open(uri string, encode func(account.Event) (events.Message, error), more ...*options.ClientOptions) (*Store, error) {
	db, err := mongo.Open(uri, schema, more...)
	if err != nil {
		return nil, err
	}
	return &Store{DB: db, encode: encode}, nil
}

// outbox turns a user's events into the members of the outbox.
func (s *Store) outbox(u account.User) (box mongo.Outbox, err error) {
	for _, e := range u.Events {
		m, err := s.encode(e)
		if err != nil {
			return mongo.Outbox{}, fmt.Errorf("encode %s: %w", e.Verb, err)
		}
		box.Add(m, e.At)
	}
	return box, nil
}

// announced tells the relay if there are new events.
func (s *Store) announced(userID string, box mongo.Outbox) {
	if len(box.Events) > 0 && s.Announced != nil {
		s.Announced(userID)
	}
}
