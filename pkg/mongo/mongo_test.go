package mongo_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/events"
	"crm.example/pkg/mongo"
	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
)

var schema = mongo.Schema{Number: 1, Collections: []mongo.Collection{{
	Name:      "notes",
	Validator: bson.M{"bsonType": "object", "required": bson.A{"name"}, "properties": mongo.Properties(mongo.Validator(mongo.Outbox{}))},
	Indexes: []mongo.Index{
		{Name: "by_name", Keys: bson.D{{Key: "name", Value: 1}}, Unique: true, Partial: bson.D{{Key: "name", Value: bson.D{{Key: "$exists", Value: true}}}}},
		mongo.OutboxIndex,
	},
}}}

func open(t *testing.T, uri string, schema mongo.Schema) *mongo.DB {
	t.Helper()
	db, err := mongo.Open(uri, schema, mongotest.Patient())
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

// The second start of a version changes nothing, an older one leaves what a newer one has made, and one that is much too
// old does not start.
func TestSchemaNumber(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	start := func(s mongo.Schema) (commands []string, err error) {
		watch := options.Client().SetMonitor(&event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
			commands = append(commands, e.CommandName)
		}})
		db, err := mongo.Open(uri, s, watch, mongotest.Patient())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		return commands, db.Ready(t.Context())
	}
	newer := mongo.Schema{Number: 2, Collections: []mongo.Collection{{Name: "notes", Validator: bson.M{"required": bson.A{"name", "text"}, "bsonType": "object"}, Indexes: schema.Collections[0].Indexes}}}
	newest := newer
	newest.Number = 3
	for i, step := range []struct {
		schema  mongo.Schema
		changes bool
		refused bool
	}{{schema, false, false}, {schema, false, false}, {newer, true, false}, {schema, false, false}, {newest, false, false}, {schema, false, true}} {
		commands, err := start(step.schema)
		if changed := slices.Contains(commands, "collMod"); changed != step.changes || (err != nil) != step.refused {
			t.Errorf("start %d: %v, %v", i, commands, err)
		}
	}
}

func TestIndexThatCannotBeMade(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	c := notes(t, open(t, uri, mongo.Schema{Number: 1, Collections: []mongo.Collection{{Name: "notes", Validator: bson.M{}}}}))
	for range 2 {
		if _, err := c.InsertOne(t.Context(), bson.M{"name": "client@example.com"}); err != nil {
			t.Fatal(err)
		}
	}
	db := open(t, uri, schema)
	if err := db.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "notes") || strings.Contains(err.Error(), "client@") {
		t.Errorf("ready over two notes of one name: %v", err)
	}
	if _, err := db.Collection(t.Context(), "notes"); !problem.Is(err, problem.Unavailable) {
		t.Errorf("a collection without its unique index: %v, want unavailable", err)
	}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	tries := 0
	err := mongo.Retry(t.Context(), func(context.Context) error {
		if tries++; tries < 5 {
			return fmt.Errorf("write: %w", mongo.ErrConflict)
		}
		return nil
	})
	if err != nil || tries != 5 {
		t.Errorf("%d tries, %v", tries, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := mongo.Retry(ctx, func(context.Context) error { return mongo.ErrConflict }); !problem.Is(err, problem.Unavailable) {
		t.Errorf("for ever: %v, want unavailable", err)
	}
}

func TestURIsThatCannotWork(t *testing.T) {
	t.Parallel()
	for _, uri := range []string{"", "mongodb://", "mongodb://u:hunter2@host", "mongodb://u:hunter2@host/db?tls=perhaps", "redis://u:hunter2@host/db", "mongodb://u:hunter2%@host/db"} {
		if _, err := mongo.Open(uri, schema); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want a sentence without the password", uri, err)
		}
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
		msgs, err := mongo.Pending(t.Context(), c, []string{"a", "b", "x"}, limit)
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
	markPublished := func(document string, n int) {
		t.Helper()
		for range 2 { // twice is no error
			if err := mongo.MarkPublished(t.Context(), c, []events.Message{message(document, n)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	want(10, "a0 a1 b0 b1")
	want(1, "a0")
	want(3, "a0 b0") // a share for each
	waiting := func(before time.Duration, ids string) {
		t.Helper()
		got, err := mongo.Waiting(t.Context(), c, noon.Add(before), 10)
		if err != nil || strings.Join(got, " ") != ids {
			t.Errorf("waiting for longer than %s: %v, %v, want %s", before, got, err, ids)
		}
	}
	waiting(time.Hour, "a b")
	waiting(0, "a")
	markPublished("b", 0)
	want(10, "a0 a1 b1")
	markPublished("a", 0)
	markPublished("a", 1)
	want(10, "b1")
	waiting(time.Hour, "b")
	markPublished("b", 1)
	want(10, "")
	waiting(time.Hour, "")
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
