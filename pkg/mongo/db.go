// Package mongo opens the MongoDB database in which a service keeps its data when it runs beside others: durable writes,
// bounded waits, collections with their validators and indexes, and the outbox of events. It knows no service's documents.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
	"golang.org/x/sync/singleflight"
)

// How long things may take, at most. A call ends sooner if its context does.
const (
	callWithin   = 5 * time.Second         // one call, with everything that it waits for
	selectWithin = 1500 * time.Millisecond // to find the server or the set's primary: less than a readiness probe waits
	connectIn    = 2 * time.Second
	heartbeat    = 2 * time.Second // how often the driver looks at each server, so how soon it notices one that hangs
)

// DB is one database. Its methods may be called by any number of goroutines.
type DB struct {
	client   *driver.Client
	database *driver.Database
	schema   Schema
	prepared atomic.Bool
	prepare  singleflight.Group
}

// Open makes a DB of a URI that names the database. It touches no network: the server may come later, and whatever needs
// it first makes the collections and indexes. Writes are acknowledged once a majority has them in its journal, reads see
// only what a majority has, whatever the URI says. Any more options are for tests.
func Open(uri string, schema Schema, more ...*options.ClientOptions) (*DB, error) {
	parsed, err := parse(uri)
	if err != nil {
		return nil, err
	}
	journaled := true
	own := options.Client().ApplyURI(uri).
		SetTimeout(callWithin).SetServerSelectionTimeout(selectWithin).SetConnectTimeout(connectIn).SetHeartbeatInterval(heartbeat).
		SetReadPreference(readpref.Primary()).SetReadConcern(readconcern.Majority()).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journaled}).
		SetBSONOptions(&options.BSONOptions{NilSliceAsEmpty: true})
	client, err := driver.Connect(append([]*options.ClientOptions{own}, more...)...)
	if err != nil {
		return nil, errors.New("its options do not fit together")
	}
	return &DB{client: client, database: client.Database(parsed.Database), schema: schema}, nil
}

// CheckURI refuses what Open would refuse of a URI.
func CheckURI(uri string) error {
	_, err := parse(uri)
	return err
}

func parse(uri string) (*connstring.ConnString, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, errors.New("it is no URI such as mongodb://host:27017/database") // the driver's text may hold the password
	}
	if parsed.Database == "" {
		return nil, errors.New("it names no database: mongodb://host:27017/database")
	}
	return parsed, nil
}

// Collection is one of the schema's, with its validator and its indexes in place: until they are, nothing is read or
// written. If the server does not answer it is a problem `unavailable`.
func (db *DB) Collection(ctx context.Context, name string) (*driver.Collection, error) {
	if err := db.Prepare(ctx); err != nil {
		return nil, err
	}
	return db.database.Collection(name), nil
}

// Close waits for the calls under way and closes the connections. Whatever comes later gets a problem `unavailable`.
func (db *DB) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), callWithin)
	defer cancel()
	if err := db.client.Disconnect(ctx); err != nil && !errors.Is(err, driver.ErrClientDisconnected) {
		return fmt.Errorf("close MongoDB client: %w", err)
	}
	return nil
}
