// Package mongo opens the MongoDB database of a service: durable writes, time limits, collections with their validators and
// indexes, and the outbox of events. It knows no service's documents.
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

// Time limits. A call ends earlier if its context ends.
const (
	callWithin   = 5 * time.Second         // one call, with all its waits
	selectWithin = 1500 * time.Millisecond // to find the server or the set's primary: less than a readiness probe waits
	connectIn    = 2 * time.Second
	heartbeat    = 2 * time.Second // interval at which the driver checks each server, and so notices one that hangs
)

// DB is one database. Its methods may be called by any number of goroutines.
type DB struct {
	client   *driver.Client
	database *driver.Database
	schema   Schema
	prepared atomic.Bool
	prepare  singleflight.Group
}

// Open makes a DB from a URI that names the database. It does not connect: the server may start later, and the first call that
// needs it makes the collections and indexes. Whatever the URI says, writes are acknowledged when a majority has them in its
// journal, and reads see only what a majority has. The other options are for tests.
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

// CheckURI refuses the URIs that Open would refuse.
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

// Collection is a collection of the schema. Before anything is read or written, its validator and indexes are made. If the
// server does not answer, it is a problem `unavailable`.
func (db *DB) Collection(ctx context.Context, name string) (*driver.Collection, error) {
	if err := db.Prepare(ctx); err != nil {
		return nil, err
	}
	return db.database.Collection(name), nil
}

// Close waits for the calls under way and closes the connections. Later calls get a problem `unavailable`.
func (db *DB) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), callWithin)
	defer cancel()
	if err := db.client.Disconnect(ctx); err != nil && !errors.Is(err, driver.ErrClientDisconnected) {
		return fmt.Errorf("close MongoDB client: %w", err)
	}
	return nil
}
