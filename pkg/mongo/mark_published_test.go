package mongo_test

import (
	"context"
	"slices"
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
	"crm.example/pkg/testenv"
)

// sent are the names of the commands that a client has sent since they were last taken, updates with the ids that they are for.
type sent struct {
	mu    sync.Mutex
	names []string
}

func (s *sent) watch() *options.ClientOptions {
	return options.Client().SetMonitor(&event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.names = append(s.names, e.CommandName)
		var update struct {
			Updates []struct {
				Q struct {
					ID string `bson:"_id"`
				}
			}
		}
		_ = bson.Unmarshal(e.Command, &update)
		for _, u := range update.Updates {
			s.names = append(s.names, u.Q.ID)
		}
	}})
}

func (s *sent) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := s.names
	s.names = nil
	return names
}

// insert puts a document with an event for each id there, and returns the events.
func insert(t *testing.T, c *driver.Collection, id string, members bson.M, eventIDs ...string) (msgs []events.Message) {
	t.Helper()
	noon := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	var box mongo.Outbox
	for _, eventID := range eventIDs {
		msgs = append(msgs, events.Message{ID: eventID, Document: id, Subject: "s", Body: []byte(`{}`)})
		box.Add(msgs[len(msgs)-1], noon)
	}
	document := bson.M{"_id": id, "name": id, "outbox": box.Events, "pendingSince": box.PendingSince}
	for name, value := range members {
		document[name] = value
	}
	if _, err := c.InsertOne(t.Context(), document); err != nil {
		t.Fatal(err)
	}
	return msgs
}

// A tombstone is removed together with its last events: were they taken out first, a crash would leave one that nothing
// ever finds. One that its owner removes is emptied.
func TestTombstoneIsNeverEmptied(t *testing.T) {
	t.Parallel()
	var commands sent
	db, err := mongo.Open(testenv.MongoDB(t), schema, commands.watch(), mongotest.Patient())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := notes(t, db)
	deleted := bson.M{"deletedAt": time.Now()}
	tombstone := insert(t, c, "tombstone", deleted, "t1", "t2")
	alone := insert(t, c, "alone", deleted, "a1")
	kept := insert(t, c, "kept", nil, "k1")
	erasing := insert(t, c, "erasing", bson.M{"deletedAt": time.Now(), "erasing": true}, "e1")
	for _, step := range []struct {
		name     string
		settled  []events.Message
		commands []string
		left     []string
	}{
		{"the first of two", tombstone[:1], []string{"find", "update", "tombstone"}, []string{"alone", "erasing", "kept", "tombstone"}},
		{"the last, beside others", slices.Concat(kept, tombstone, erasing), []string{"find", "delete", "update", "kept", "erasing"}, []string{"alone", "erasing", "kept"}},
		{"the last", alone, []string{"find", "delete"}, []string{"erasing", "kept"}},
	} {
		commands.take()
		if err := mongo.MarkPublished(t.Context(), c, step.settled); err != nil {
			t.Fatal(err)
		}
		if got := commands.take(); !slices.Equal(got, step.commands) {
			t.Errorf("%s: sent %v, want %v", step.name, got, step.commands)
		}
		if got := idsOf(t, c, bson.M{}); !slices.Equal(got, step.left) {
			t.Errorf("%s: left %v, want %v", step.name, got, step.left)
		}
	}
	if left := idsOf(t, c, bson.M{"outbox": bson.M{"$exists": true}}); len(left) > 0 {
		t.Errorf("%v has events", left)
	}
}

// A document that is deleted while its events are settled keeps its last event, by which the sweep finds it.
func TestDocumentDeletedWhileItIsSettled(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	other := notes(t, open(t, uri, schema))
	meanwhile := options.Client().SetMonitor(&event.CommandMonitor{Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) {
		if e.CommandName == "find" { // another relay settles an earlier event of what has just been deleted
			_, _ = other.UpdateByID(context.Background(), "n", bson.M{"$set": bson.M{"deletedAt": time.Now()}, "$pop": bson.M{"outbox": -1}})
		}
	}})
	db, err := mongo.Open(uri, schema, meanwhile, mongotest.Patient())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := notes(t, db)
	last := insert(t, c, "n", nil, "n1", "n2")[1:]
	if err := mongo.MarkPublished(t.Context(), c, last); err != nil {
		t.Fatal(err)
	}
	if found, err := mongo.Waiting(t.Context(), other, time.Now(), 10); err != nil || !slices.Equal(found, []string{"n"}) {
		t.Errorf("%v wait, %v: the tombstone is lost", found, err)
	}
	if err := mongo.MarkPublished(t.Context(), other, last); err != nil || len(idsOf(t, c, bson.M{})) > 0 {
		t.Errorf("the next time it stays too: %v", err)
	}
}

// What earlier versions left behind goes at the start.
func TestLeftoversGoAtTheStart(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	c := notes(t, open(t, uri, schema))
	for _, id := range []string{"left", "kept"} {
		if _, err := c.InsertOne(t.Context(), bson.M{"_id": id, "name": id}); err != nil {
			t.Fatal(err)
		}
	}
	cleaning := mongo.Schema{Number: 1, Collections: slices.Clone(schema.Collections)}
	cleaning.Collections[0].Leftovers = bson.D{{Key: "name", Value: "left"}}
	if got := idsOf(t, notes(t, open(t, uri, cleaning)), bson.M{}); !slices.Equal(got, []string{"kept"}) {
		t.Errorf("after the start there are %v", got)
	}
}

func idsOf(t *testing.T, c *driver.Collection, filter bson.M) (ids []string) {
	t.Helper()
	if err := c.Distinct(t.Context(), "_id", filter).Decode(&ids); err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}
