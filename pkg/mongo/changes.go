package mongo

import (
	"bytes"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Changes are the members that an update must set and unset to make one form of a document from another. They have no members of
// a newer version of the service, at any depth, since neither form has them: those survive.
type Changes struct{ set, unset bson.D }

// Compare finds the changes between two forms of a document, encoded as in the store. A list is one value.
func Compare(before, after any) (Changes, error) {
	var c Changes
	was, err := bson.Marshal(before)
	if err != nil {
		return c, fmt.Errorf("encode document: %w", err)
	}
	is, err := bson.Marshal(after)
	if err != nil {
		return c, fmt.Errorf("encode document: %w", err)
	}
	return c, c.find("", was, is)
}

// None tells whether both forms are the same.
func (c *Changes) None() bool { return len(c.set) == 0 && len(c.unset) == 0 }

// find adds the changes between two documents at the path.
func (c *Changes) find(path string, before, after bson.Raw) error {
	is, err := after.Elements()
	if err != nil {
		return err
	}
	for _, e := range is {
		if err := c.findAt(path+e.Key(), before.Lookup(e.Key()), e.Value()); err != nil {
			return err
		}
	}
	was, err := before.Elements()
	if err != nil {
		return err
	}
	for _, e := range was {
		if after.Lookup(e.Key()).IsZero() {
			c.unset = append(c.unset, bson.E{Key: path + e.Key(), Value: ""})
		}
	}
	return nil
}

func (c *Changes) findAt(path string, before, after bson.RawValue) error {
	if before.Type == bson.TypeEmbeddedDocument && after.Type == bson.TypeEmbeddedDocument {
		return c.find(path+".", before.Document(), after.Document())
	}
	if before.Type != after.Type || !bytes.Equal(before.Value, after.Value) {
		c.set = append(c.set, bson.E{Key: path, Value: after})
	}
	return nil
}

// Update is the command that makes the changes, adds the events, and appends the other values.
func (c *Changes) Update(box Outbox, appended ...bson.E) bson.D {
	var since bson.D
	if len(box.Events) > 0 {
		appended, since = append(appended, box.Push()), bson.D{box.Since()}
	}
	var update bson.D
	for _, part := range []struct {
		operator string
		members  bson.D
	}{{"$set", c.set}, {"$unset", c.unset}, {"$push", appended}, {"$min", since}} {
		if len(part.members) > 0 { // an operator without a member is refused
			update = append(update, bson.E{Key: part.operator, Value: part.members})
		}
	}
	return update
}

// Append is the part of an update's $push that adds values to the list of that name.
func Append[T any](name string, values []T) bson.E {
	return bson.E{Key: name, Value: bson.D{{Key: "$each", Value: values}}}
}

// AppendNewest does the same, and of the list then keeps the last ones.
func AppendNewest[T any](name string, values []T, most int) bson.E {
	return bson.E{Key: name, Value: bson.D{{Key: "$each", Value: values}, {Key: "$slice", Value: -most}}}
}

// Replace is the command that replaces a document but keeps its waiting events. Nothing else stays, not even members of a newer
// version of the service: they may say something of a person that must go.
func Replace(document any, box Outbox) (bson.A, error) {
	raw, err := bson.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("encode document: %w", err)
	}
	next := bson.D{{Key: "$literal", Value: bson.Raw(raw)}}
	if len(box.Events) > 0 {
		waiting := bson.D{{Key: "$ifNull", Value: bson.A{"$outbox", bson.A{}}}}
		next = bson.D{{Key: "$mergeObjects", Value: bson.A{next, bson.D{
			{Key: "outbox", Value: bson.D{{Key: "$concatArrays", Value: bson.A{waiting, bson.D{{Key: "$literal", Value: box.Events}}}}}},
			{Key: "pendingSince", Value: bson.D{{Key: "$ifNull", Value: bson.A{"$pendingSince", box.PendingSince}}}},
		}}}}
	}
	return bson.A{bson.D{{Key: "$replaceWith", Value: next}}}, nil
}
