package mongo_test

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/pkg/testenv"
)

// An index that has the name and does something else is none: whoever made it, the service is unready and says which.
func TestIndexThatIsAnother(t *testing.T) {
	t.Parallel()
	hour, day := int32(3600), int32(86400)
	there := bson.D{{Key: "name", Value: bson.D{{Key: "$exists", Value: true}}}}
	expiring := mongo.Index{Name: "expiry", Keys: bson.D{{Key: "endsAt", Value: 1}}, ExpireAfter: &hour}
	wanted := mongo.Schema{Number: 1, Collections: []mongo.Collection{{
		Name: "notes", Validator: bson.M{}, Indexes: append([]mongo.Index{expiring}, schema.Collections[0].Indexes...),
	}}}
	name := func(name string) *options.IndexOptionsBuilder { return options.Index().SetName(name) }
	for what, c := range map[string]struct {
		keys    bson.D
		options *options.IndexOptionsBuilder
		another string
	}{
		"it":                     {bson.D{{Key: "name", Value: 1}}, name("by_name").SetUnique(true).SetPartialFilterExpression(there), ""},
		"not unique":             {bson.D{{Key: "name", Value: 1}}, name("by_name").SetPartialFilterExpression(there), "by_name"},
		"over more":              {bson.D{{Key: "name", Value: 1}, {Key: "x", Value: 1}}, name("by_name").SetUnique(true).SetPartialFilterExpression(there), "by_name"},
		"over another":           {bson.D{{Key: "x", Value: 1}}, name("by_name").SetUnique(true).SetPartialFilterExpression(there), "by_name"},
		"the other way":          {bson.D{{Key: "name", Value: -1}}, name("by_name").SetUnique(true).SetPartialFilterExpression(there), "by_name"},
		"of all documents":       {bson.D{{Key: "name", Value: 1}}, name("by_name").SetUnique(true), "by_name"},
		"of some documents only": {bson.D{{Key: "name", Value: 1}}, name("by_name").SetUnique(true).SetPartialFilterExpression(bson.D{{Key: "x", Value: 1}}), "by_name"},
		"expiring later":         {expiring.Keys, name("expiry").SetExpireAfterSeconds(day), "expiry"},
		"never expiring":         {expiring.Keys, name("expiry"), "expiry"},
		"expiring, and it":       {expiring.Keys, name("expiry").SetExpireAfterSeconds(hour), ""},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			db := open(t, testenv.MongoDB(t), wanted)
			indexes := notes(t, db).Indexes()
			drop := "by_name"
			if c.keys[0].Key == "endsAt" {
				drop = "expiry"
			}
			if err := indexes.DropOne(t.Context(), drop); err != nil {
				t.Fatal(err)
			}
			if _, err := indexes.CreateOne(t.Context(), driver.IndexModel{Keys: c.keys, Options: c.options}); err != nil {
				t.Fatal(err)
			}
			if err := db.Ready(t.Context()); (err == nil) != (c.another == "") || err != nil && !strings.Contains(err.Error(), "no index "+c.another) {
				t.Errorf("ready: %v", err)
			}
		})
	}
}
