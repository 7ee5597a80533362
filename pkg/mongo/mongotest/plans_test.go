package mongotest_test

import (
	"context"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/testenv"
)

// The checker sees what it is there to find, and counts two commands of one shape as one.
func TestPlansWithoutAnIndexAreSeen(t *testing.T) {
	t.Parallel()
	var commands mongotest.Commands
	client, err := driver.Connect(options.Client().ApplyURI(testenv.MongoDB(t)), commands.Watch())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	db := client.Database("mongotest_plans")
	t.Cleanup(func() { _ = db.Drop(context.Background()) })
	notes := db.Collection("notes")
	if _, err := notes.InsertOne(t.Context(), bson.M{"_id": 1, "name": "a"}); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		_ = notes.FindOne(t.Context(), bson.M{"_id": i}).Err()
	}
	if n := commands.WantIndexes(t, db, "notes"); n != 1 {
		t.Errorf("%d shapes were collected of one", n)
	}
	for _, bad := range []bson.D{
		{{Key: "find", Value: "notes"}, {Key: "filter", Value: bson.M{"name": "a"}}},
		{{Key: "update", Value: "notes"}, {Key: "updates", Value: bson.A{bson.M{"q": bson.M{"name": "a"}, "u": bson.M{"$set": bson.M{"x": 1}}}}}},
	} {
		if stages := mongotest.Stages(t, db, bad); !slices.Contains(stages, "COLLSCAN") {
			t.Errorf("%v is seen as %v", bad, stages)
		}
	}
	sorted := bson.D{{Key: "find", Value: "notes"}, {Key: "filter", Value: bson.M{"_id": bson.M{"$gt": 0}}}, {Key: "sort", Value: bson.M{"name": 1}}}
	if stages := mongotest.Stages(t, db, sorted); !slices.Contains(stages, "SORT") {
		t.Errorf("a sort in memory is seen as %v", stages)
	}
}
