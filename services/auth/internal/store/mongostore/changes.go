package mongostore

import (
	"bytes"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// changes are what an update has to set and to unset, so that the document becomes another one. Fields of a newer
// version of the service, which neither side knows, are not among them; so are none inside of embedded documents.
type changes struct{ set, unset bson.D }

// compare finds the changes between two forms of a document.
func compare(before, after any) (changes, error) {
	var c changes
	was, err := bson.Marshal(before)
	if err != nil {
		return c, err
	}
	is, err := bson.Marshal(after)
	if err != nil {
		return c, err
	}
	return c, c.find("", was, is)
}

func (c *changes) none() bool { return len(c.set) == 0 && len(c.unset) == 0 }

// find adds the changes between two documents that lie at the path.
func (c *changes) find(path string, before, after bson.Raw) error {
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

func (c *changes) findAt(path string, before, after bson.RawValue) error {
	if before.Type == bson.TypeEmbeddedDocument && after.Type == bson.TypeEmbeddedDocument {
		return c.find(path+".", before.Document(), after.Document())
	}
	if before.Type != after.Type || !bytes.Equal(before.Value, after.Value) {
		c.set = append(c.set, bson.E{Key: path, Value: after})
	}
	return nil
}

// update is the command that makes the changes, of which there is one at least to set: the version.
func (c *changes) update() bson.D {
	update := bson.D{{Key: "$set", Value: c.set}}
	if len(c.unset) > 0 { // an operator without a field is refused
		update = append(update, bson.E{Key: "$unset", Value: c.unset})
	}
	return update
}
