package mongo_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"crm.example/pkg/events"
	"crm.example/pkg/mongo"
	"crm.example/pkg/testenv"
)

var schema = mongo.Schema{Number: 1, Collections: []mongo.Collection{{
	Name:      "notes",
	Validator: bson.M{"bsonType": "object", "required": bson.A{"name"}, "properties": mongo.OutboxProperties()},
	Indexes: []mongo.Index{
		{Name: "by_name", Keys: bson.D{{Key: "name", Value: 1}}, Unique: true, Partial: bson.D{{Key: "name", Value: bson.D{{Key: "$exists", Value: true}}}}},
		mongo.OutboxIndex,
	},
}}}

func open(t *testing.T, uri string, schema mongo.Schema) *mongo.DB {
	t.Helper()
	db, err := mongo.Open(uri, schema)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func notes(t *testing.T, db *mongo.DB) *driver.Collection {
	t.Helper()
	c, err := db.Collection(t.Context(), "notes")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Ten replicas that start at once on an empty database.
func TestPreparedAtOnce(t *testing.T) {
	t.Parallel()
	for name, uri := range map[string]string{"standalone": testenv.MongoDB(t), "replica set": testenv.ReplicaSet(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var all sync.WaitGroup
			for range 10 {
				db := open(t, uri, schema)
				all.Go(func() {
					if err := db.Ready(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			specs, err := notes(t, open(t, uri, schema)).Indexes().ListSpecifications(t.Context())
			if err != nil || len(specs) != 3 {
				t.Errorf("%d indexes, %v, want 3", len(specs), err)
			}
		})
	}
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	c := notes(t, open(t, testenv.MongoDB(t), schema))
	noon := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	type note struct {
		ID           string `bson:"_id"`
		Name         string
		mongo.Outbox `bson:",inline"`
	}
	message := func(document string, n int) events.Message {
		return events.Message{ID: fmt.Sprint(document, n), Document: document, Subject: "s", Body: []byte(`{}`)}
	}
	for i, id := range []string{"b", "a"} {
		n := note{ID: id, Name: id}
		n.Add(message(id, 0), noon.Add(time.Duration(i)*time.Second))
		if _, err := c.InsertOne(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	more := func(id string, n int, at time.Duration, set ...bson.E) {
		var o mongo.Outbox
		o.Add(message(id, n), noon.Add(at))
		update := bson.D{{Key: "$push", Value: bson.D{o.Push()}}, {Key: "$min", Value: bson.D{o.Since()}}}
		if len(set) > 0 {
			update = append(update, bson.E{Key: "$set", Value: bson.D(set)})
		}
		if _, err := c.UpdateByID(t.Context(), id, update); err != nil {
			t.Fatal(err)
		}
	}
	more("a", 1, -time.Minute) // by a clock that is slow
	more("b", 1, time.Minute, bson.E{Key: "deletedAt", Value: noon})
	want := func(limit int, ids string) {
		t.Helper()
		msgs, err := mongo.Pending(t.Context(), c, limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range msgs {
			got = append(got, m.ID)
		}
		if strings.Join(got, " ") != ids {
			t.Errorf("pending %v, want %s", got, ids)
		}
	}
	settle := func(document string, n int) {
		t.Helper()
		for range 2 { // twice is no error
			if err := mongo.Settle(t.Context(), c, message(document, n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	want(10, "a0 a1 b0 b1")
	want(1, "a0")
	settle("b", 0)
	want(10, "a0 a1 b1")
	settle("a", 0)
	settle("a", 1)
	want(10, "b1")
	settle("b", 1)
	want(10, "")
	raw, err := c.FindOne(t.Context(), bson.D{{Key: "_id", Value: "a"}}).Raw()
	if err != nil || len(must(raw.Elements())) != 2 {
		t.Errorf("what is left of a: %s, %v", raw, err)
	}
	if n, err := c.CountDocuments(t.Context(), bson.D{}); err != nil || n != 1 {
		t.Errorf("%d documents, %v, want no tombstone", n, err)
	}
	more("a", 2, 0)
	want(10, "a2")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
