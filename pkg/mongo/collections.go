package mongo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func (db *DB) ensureCollection(ctx context.Context, c Collection) error {
	schema := bson.D{{Key: "$jsonSchema", Value: c.Validator}}
	err := db.database.CreateCollection(ctx, c.Name, options.CreateCollection().SetValidator(schema))
	var server driver.ServerError
	if errors.As(err, &server) && server.HasErrorCode(namespaceExists) {
		err = db.ensureValidator(ctx, c.Name, schema)
	}
	if err != nil {
		return fmt.Errorf("make collection %s: %w", c.Name, err)
	}
	if err := db.ensureIndexes(ctx, c); err != nil || c.Leftovers == nil {
		return err
	}
	if _, err := db.database.Collection(c.Name).DeleteMany(ctx, c.Leftovers); err != nil {
		return fmt.Errorf("remove leftovers of %s: %w", c.Name, err)
	}
	return nil
}

// ensureValidator changes a validator only if it differs: a change needs more rights, and a lock.
func (db *DB) ensureValidator(ctx context.Context, name string, schema bson.D) error {
	specs, err := db.database.ListCollectionSpecifications(ctx, bson.D{{Key: "name", Value: name}})
	if err != nil || len(specs) == 0 {
		return err
	}
	if has, ok := specs[0].Options.Lookup("validator").DocumentOK(); ok && same(has, schema) {
		return nil
	}
	return db.database.RunCommand(ctx, bson.D{{Key: "collMod", Value: name}, {Key: "validator", Value: schema}}).Err()
}

// same compares documents without regard to the order of members.
func same(has bson.Raw, want bson.D) bool {
	raw, err := bson.Marshal(want)
	return err == nil && reflect.DeepEqual(unordered(has), unordered(raw))
}

func unordered(raw bson.Raw) (document bson.M) {
	decoder := bson.NewDecoder(bson.NewDocumentReader(bytes.NewReader(raw)))
	decoder.DefaultDocumentM()
	if decoder.Decode(&document) != nil {
		return nil
	}
	return document
}

// ensureIndexes makes all of a collection's indexes in one command. An existing index stays as it is. If another index has the
// name, or the data does not fit, the error is a sentence for the operator.
func (db *DB) ensureIndexes(ctx context.Context, c Collection) error {
	if len(c.Indexes) == 0 {
		return nil
	}
	models := make([]driver.IndexModel, len(c.Indexes))
	for i, index := range c.Indexes {
		models[i] = index.model()
	}
	_, err := db.database.Collection(c.Name).Indexes().CreateMany(ctx, models)
	if err != nil && !isOutage(err) {
		return unready(err, "The indexes of the collection %s cannot be made: its documents, or indexes that it has, do not fit them", c.Name)
	}
	return err
}

func (i Index) model() driver.IndexModel {
	o := options.Index().SetName(i.Name)
	if i.Unique {
		o.SetUnique(true)
	}
	if i.Partial != nil {
		o.SetPartialFilterExpression(i.Partial)
	}
	if i.ExpireAfter != nil {
		o.SetExpireAfterSeconds(*i.ExpireAfter)
	}
	return driver.IndexModel{Keys: i.Keys, Options: o}
}
