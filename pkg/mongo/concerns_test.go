package mongo_test

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo"
	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/testenv"
)

// Whatever an operator's URI says, changes are durable, and reads see the primary's, of which a majority has all.
func TestURIWeakensNothing(t *testing.T) {
	t.Parallel()
	for name, uri := range map[string]string{"standalone": testenv.MongoDB(t), "replica set": testenv.ReplicaSet(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var commands mongotest.Commands
			db, err := mongo.Open(with(uri, "w=0&journal=false&readPreference=secondary&readConcernLevel=local"), schema, commands.Watch(), mongotest.Patient())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			c, one := notes(t, db), bson.D{{Key: "_id", Value: 1}}
			set := bson.D{{Key: "$set", Value: bson.D{{Key: "text", Value: "t"}}}}
			for _, do := range []func() error{
				func() error {
					_, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: 1}, {Key: "name", Value: "a"}})
					return err
				},
				func() error { _, err := c.UpdateOne(t.Context(), one, set); return err },
				func() error { return c.FindOneAndUpdate(t.Context(), one, set).Err() },
				func() error { return c.FindOne(t.Context(), one).Err() },
				func() error { _, err := c.CountDocuments(t.Context(), one); return err },
				func() error { _, err := c.DeleteOne(t.Context(), one); return err },
			} {
				if err := do(); err != nil {
					t.Error(err)
				}
			}
			commands.WantDurable(t)
			commands.WantMajorityReads(t, nil)
		})
	}
}

// with adds parameters to a URI.
func with(uri, parameters string) string {
	if strings.Contains(uri, "?") {
		return uri + "&" + parameters
	}
	return uri + "?" + parameters
}
