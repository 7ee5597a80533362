package mongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Schema is what a service needs in its database. Number counts its changes and is stored in the collection meta:
// an older version of the program does not change what a newer one has made.
type Schema struct {
	Number      int
	Collections []Collection
}

// Collection has a validator (a JSON schema) and indexes. A released index is never changed: another one gets another name.
type Collection struct {
	Name      string
	Validator bson.M // what goes into $jsonSchema
	Indexes   []Index
	Leftovers bson.D // finds, by an index, documents that an earlier version left; each start removes them. nil: none
}

// Index has a name, by which a query may ask for it.
type Index struct {
	Name        string
	Keys        bson.D
	Unique      bool
	Partial     bson.D // the documents that are in it; nil: all
	ExpireAfter *int32 // MongoDB removes the document so many seconds after the key's date; nil: never
}

const (
	metaCollection  = "meta"
	namespaceExists = 48
)

// Prepare makes the collections and indexes of the schema, once in the life of db, and waits for it. It may be repeated, and any
// number of processes may do it at once.
func (db *DB) Prepare(ctx context.Context) error {
	if db.prepared.Load() {
		return nil
	}
	done := db.prepare.DoChan("", func() (any, error) { // shared: it goes on for the others when one caller's context ends
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), prepareWithin)
		defer cancel()
		err := db.ensure(ctx)
		if err == nil {
			db.prepared.Store(true)
		}
		return nil, err
	})
	select {
	case r := <-done:
		return Translate(r.Err)
	case <-ctx.Done():
		return Translate(fmt.Errorf("prepare database: %w", ctx.Err()))
	}
}

func (db *DB) ensure(ctx context.Context) error {
	known, err := db.number(ctx)
	if err != nil {
		return fmt.Errorf("read schema number: %w", err)
	}
	switch {
	case known > db.schema.Number+1:
		return unready(nil, "The database has schema %d and this program knows %d: it was written by a much newer version, start that one instead", known, db.schema.Number)
	case known > db.schema.Number:
		return nil
	}
	for _, c := range db.schema.Collections {
		if err := db.ensureCollection(ctx, c); err != nil {
			return err
		}
	}
	return db.raise(ctx)
}

// number is the schema number of the database; 0: none yet.
func (db *DB) number(ctx context.Context) (int, error) {
	var meta struct{ Number int }
	err := db.database.Collection(metaCollection).FindOne(ctx, bson.D{{Key: "_id", Value: "schema"}}).Decode(&meta)
	if errors.Is(err, driver.ErrNoDocuments) {
		return 0, nil
	}
	return meta.Number, err
}

func (db *DB) raise(ctx context.Context) error {
	raised := bson.D{{Key: "$max", Value: bson.D{{Key: "number", Value: db.schema.Number}}}}
	_, err := db.database.Collection(metaCollection).UpdateOne(ctx, bson.D{{Key: "_id", Value: "schema"}}, raised, options.UpdateOne().SetUpsert(true))
	if err != nil && !IsDuplicate(err) { // another process has just done it
		return fmt.Errorf("write schema number: %w", err)
	}
	return nil
}
