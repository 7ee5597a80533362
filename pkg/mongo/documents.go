package mongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/problem"
)

// ByID finds a document by its id.
func ByID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

// Find reads one document; none is a problem `not-found`.
func Find[D any](ctx context.Context, db *DB, collection string, filter any, how ...options.Lister[options.FindOneOptions]) (document D, err error) {
	ctx, cancel := Bounded(ctx)
	defer cancel()
	c, err := db.Collection(ctx, collection)
	if err != nil {
		return document, err
	}
	return One[D](c.FindOne(ctx, filter, how...), "find in "+collection)
}

// One decodes the document that a command found; none is a problem `not-found`.
func One[D any](found *driver.SingleResult, what string) (document D, err error) {
	err = found.Decode(&document)
	if errors.Is(err, driver.ErrNoDocuments) {
		return document, problem.New(problem.NotFound, "")
	}
	return document, said(what, err)
}

// List reads all documents that a query finds, and converts each.
func List[D, T any](ctx context.Context, db *DB, collection string, convert func(D) T, filter any, how *options.FindOptionsBuilder) ([]T, error) {
	ctx, cancel := Bounded(ctx)
	defer cancel()
	c, err := db.Collection(ctx, collection)
	if err != nil {
		return nil, err
	}
	cursor, err := c.Find(ctx, filter, how)
	if err != nil {
		return nil, said("list "+collection, err)
	}
	all, err := decodeAll(ctx, cursor, convert)
	return all, said("list "+collection, err)
}

// decodeAll reads a cursor to its end. Cursor.All makes a reader with a buffer of 4 KiB for each document: 1.6 times the
// CPU time, and 6 times the garbage.
func decodeAll[D, T any](ctx context.Context, cursor *driver.Cursor, convert func(D) T) (all []T, err error) {
	defer func() { _ = cursor.Close(context.WithoutCancel(ctx)) }()
	for cursor.Next(ctx) {
		var document D
		if err := bson.Unmarshal(cursor.Current, &document); err != nil {
			return nil, err
		}
		all = append(all, convert(document))
	}
	return all, cursor.Err()
}

// IDs returns the ids of the documents that a query finds.
func IDs(ctx context.Context, db *DB, collection string, filter any, how *options.FindOptionsBuilder) ([]string, error) {
	return List(ctx, db, collection, func(d struct {
		ID string `bson:"_id"`
	}) string {
		return d.ID
	}, filter, how.SetProjection(bson.D{{Key: "_id", Value: true}}))
}

// Insert stores a new document. IsDuplicate tells whether its error is that a unique index already has one of the values.
func (db *DB) Insert(ctx context.Context, collection string, document any) error {
	return db.write(ctx, "insert into", collection, func(ctx context.Context, c *driver.Collection) error {
		_, err := c.InsertOne(ctx, document)
		return err
	})
}

// UpdateOne updates the document that the filter finds, and tells whether it found one.
func (db *DB) UpdateOne(ctx context.Context, collection string, filter, update any, how ...options.Lister[options.UpdateOneOptions]) (found bool, err error) {
	err = db.write(ctx, "write to", collection, func(ctx context.Context, c *driver.Collection) error {
		result, err := c.UpdateOne(ctx, filter, update, how...)
		found = err == nil && result.MatchedCount > 0
		return err
	})
	return found, err
}

// UpdateMany updates every document that the filter finds.
func (db *DB) UpdateMany(ctx context.Context, collection string, filter, update any, how ...options.Lister[options.UpdateManyOptions]) error {
	return db.write(ctx, "write to", collection, func(ctx context.Context, c *driver.Collection) error {
		_, err := c.UpdateMany(ctx, filter, update, how...)
		return err
	})
}

// DeleteOne deletes the document that the filter finds. None is no error.
func (db *DB) DeleteOne(ctx context.Context, collection string, filter any) error {
	return db.write(ctx, "delete from", collection, func(ctx context.Context, c *driver.Collection) error {
		_, err := c.DeleteOne(ctx, filter)
		return err
	})
}

// RemoveOne is DeleteOne that tells whether there was such a document.
func (db *DB) RemoveOne(ctx context.Context, collection string, filter any) (found bool, err error) {
	err = db.write(ctx, "delete from", collection, func(ctx context.Context, c *driver.Collection) error {
		result, err := c.DeleteOne(ctx, filter)
		found = err == nil && result.DeletedCount > 0
		return err
	})
	return found, err
}

// DeleteMany deletes every document that the filter finds. None is no error.
func (db *DB) DeleteMany(ctx context.Context, collection string, filter any, how ...options.Lister[options.DeleteManyOptions]) error {
	return db.write(ctx, "delete from", collection, func(ctx context.Context, c *driver.Collection) error {
		_, err := c.DeleteMany(ctx, filter, how...)
		return err
	})
}

func (db *DB) write(ctx context.Context, what, collection string, do func(context.Context, *driver.Collection) error) error {
	ctx, cancel := Bounded(ctx)
	defer cancel()
	c, err := db.Collection(ctx, collection)
	if err != nil {
		return err
	}
	return said(what+" "+collection, do(ctx, c))
}

// said adds to an error what the call was for.
func said(what string, err error) error {
	if err == nil {
		return nil
	}
	return Translate(fmt.Errorf("%s: %w", what, err))
}
