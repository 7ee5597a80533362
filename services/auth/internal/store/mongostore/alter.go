package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
)

// kind says how one type is stored.
type kind[D, T any] struct {
	collection string
	projection bson.D
	encode     func(T) D
	decode     func(D) (T, error)
	version    func(*T) *int
	events     func(*Store, *T) (mongo.Outbox, error) // removes the events from the value and returns them
	erased     func(D) bool                           // whether members of a newer version of the service must go too; nil: they always survive
}

// alter loads a document, calls change, and writes the members that differ, if nobody wrote meanwhile. Otherwise it starts
// again.
func (k kind[D, T]) alter(ctx context.Context, s *Store, id string, change func(*T) error) (value T, err error) {
	err = mongo.Retry(ctx, func(ctx context.Context) error {
		value, err = k.tryAlter(ctx, s, id, change)
		return err
	})
	return value, err
}

func (k kind[D, T]) tryAlter(ctx context.Context, s *Store, id string, change func(*T) error) (none T, err error) {
	was, err := mongo.Find[D](ctx, s.DB, k.collection, mongo.ByID(id), options.FindOne().SetProjection(k.projection))
	if err != nil {
		return none, err
	}
	value, err := k.decode(was)
	if err != nil {
		return none, err
	}
	version := *k.version(&value)
	if err := change(&value); err != nil {
		return none, err
	}
	*k.version(&value) = version // only the store sets it
	changes, err := mongo.Compare(was, k.encode(value))
	if err != nil || changes.None() {
		return value, err
	}
	return value, k.write(ctx, s, id, was, &value)
}

// write is the compare-and-set.
func (k kind[D, T]) write(ctx context.Context, s *Store, id string, was D, value *T) error {
	seen := append(mongo.ByID(id), bson.E{Key: "version", Value: *k.version(value)})
	*k.version(value)++
	box, err := k.events(s, value)
	if err != nil {
		return err
	}
	update, err := k.update(was, k.encode(*value), box)
	if err != nil {
		return err
	}
	found, err := s.UpdateOne(ctx, k.collection, seen, update)
	if err != nil {
		return err
	}
	if !found {
		return mongo.ErrConflict
	}
	s.announced(id, box)
	return nil
}

func (k kind[D, T]) update(was, is D, box mongo.Outbox) (any, error) {
	if k.erased != nil && k.erased(is) {
		return mongo.Replace(is, box)
	}
	changes, err := mongo.Compare(was, is)
	return changes.Update(box), err
}
