package mongo

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// builtIndex is an index as the server lists it.
type builtIndex struct {
	Name        string   `bson:"name"`
	Keys        bson.D   `bson:"key"`
	Unique      bool     `bson:"unique"`
	Partial     bson.Raw `bson:"partialFilterExpression"`
	ExpireAfter *float64 `bson:"expireAfterSeconds"` // servers answer with any kind of number
}

// missing names an index of the schema that the collection does not have, or has in another form; empty: none.
func (db *DB) missing(ctx context.Context, c Collection) (string, error) {
	cursor, err := db.database.Collection(c.Name).Indexes().List(ctx)
	var built []builtIndex
	if err == nil {
		err = cursor.All(ctx, &built)
	}
	if err != nil {
		return "", fmt.Errorf("list indexes of %s: %w", c.Name, err)
	}
	for _, want := range c.Indexes {
		if !slices.ContainsFunc(built, want.is) {
			return want.Name, nil
		}
	}
	return "", nil
}

// is tells whether a built index serves for this one.
func (i Index) is(built builtIndex) bool {
	return built.Name == i.Name && built.Unique == i.Unique && i.expiresAs(built.ExpireAfter) &&
		slices.EqualFunc(built.Keys, i.Keys, sameKey) && (built.Partial == nil) == (i.Partial == nil) && (i.Partial == nil || same(built.Partial, i.Partial))
}

func (i Index) expiresAs(after *float64) bool {
	if after == nil || i.ExpireAfter == nil {
		return after == nil && i.ExpireAfter == nil
	}
	return *after == float64(*i.ExpireAfter)
}

// sameKey takes 1, 1.0 and a long 1 for the same direction.
func sameKey(built, want bson.E) bool {
	return built.Key == want.Key && fmt.Sprint(built.Value) == fmt.Sprint(want.Value)
}
