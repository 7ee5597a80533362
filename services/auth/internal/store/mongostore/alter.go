package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
)

// kind says how one type is kept.
type kind[D, T any] struct {
	collection string
	encode     func(T) D
	decode     func(D) (T, error)
	version    func(*T) *int
	events     func(*Store, *T) (mongo.Outbox, error) // takes them from the value
	buried     func(D) bool                           // nothing of a newer version of the service is to survive; nil: it always does
}

// alter loads a document, has change alter it, and writes what is another then, if nobody wrote meanwhile; else it starts
// again.
func (k kind[D, T]) alter(ctx context.Context, s *Store, id string, change func(*T) error) (value T, err error) {
	err = mongo.Retry(ctx, func(ctx context.Context) error {
		value, err = k.tryAlter(ctx, s, id, change)
		return err
	})
	return value, err
}

func (k kind[D, T]) tryAlter(ctx context.Context, s *Store, id string, change func(*T) error) (T, error) {
	var doc D
	var none T
	if err := s.find(ctx, k.collection, byID(id), &doc, options.FindOne().SetProjection(withoutOutbox)); err != nil {
		return none, err
	}
	value, err := k.decode(doc)
	if err != nil {
		return none, err
	}
	before, version := k.encode(value), *k.version(&value)
	if err := change(&value); err != nil {
		return none, err
	}
	*k.version(&value) = version // the store's business
	what, err := compare(before, k.encode(value))
	if err != nil || what.none() {
		return value, err
	}
	return value, k.write(ctx, s, id, what, &value)
}

// write is the compare-and-set.
func (k kind[D, T]) write(ctx context.Context, s *Store, id string, what changes, value *T) error {
	version := k.version(value)
	seen := append(byID(id), bson.E{Key: "version", Value: *version})
	*version++
	what.set = append(what.set, bson.E{Key: "version", Value: *version})
	box, err := k.events(s, value)
	if err != nil {
		return err
	}
	c, err := s.Collection(ctx, k.collection)
	if err != nil {
		return err
	}
	update, err := k.update(what, *value, box)
	if err != nil {
		return err
	}
	result, err := c.UpdateOne(ctx, seen, update)
	if err != nil {
		return mongo.Translate(fmt.Errorf("write to %s: %w", k.collection, err))
	}
	if result.MatchedCount == 0 {
		return mongo.ErrConflict
	}
	s.announced(id, box)
	return nil
}

func (k kind[D, T]) update(what changes, value T, box mongo.Outbox) (any, error) {
	if doc := k.encode(value); k.buried != nil && k.buried(doc) {
		return bury(doc, box)
	}
	return announce(what.update(), box), nil
}

// bury puts a document in place of the one that is there, but for the events that wait.
func bury(doc any, box mongo.Outbox) (bson.A, error) {
	raw, err := bson.Marshal(doc)
	if err != nil {
		return nil, err
	}
	elements, err := bson.Raw(raw).Elements()
	if err != nil {
		return nil, err
	}
	next := bson.D{}
	for _, e := range elements {
		next = append(next, bson.E{Key: e.Key(), Value: bson.D{{Key: "$literal", Value: e.Value()}}})
	}
	if len(box.Events) > 0 {
		waiting := bson.D{{Key: "$ifNull", Value: bson.A{"$outbox", bson.A{}}}}
		next = append(next,
			bson.E{Key: "outbox", Value: bson.D{{Key: "$concatArrays", Value: bson.A{waiting, bson.D{{Key: "$literal", Value: box.Events}}}}}},
			bson.E{Key: "pendingSince", Value: bson.D{{Key: "$ifNull", Value: bson.A{"$pendingSince", box.PendingSince}}}})
	}
	return bson.A{bson.D{{Key: "$replaceWith", Value: next}}}, nil
}

// announce adds events to an update.
func announce(update bson.D, box mongo.Outbox) bson.D {
	if len(box.Events) == 0 {
		return update
	}
	return append(update, bson.E{Key: "$push", Value: bson.D{box.Push()}}, bson.E{Key: "$min", Value: bson.D{box.Since()}})
}
