package mongo

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"crm.example/pkg/events"
)

// Outbox are the members that hold a document's unpublished events. They are there only while there are some, and are
// written together with the change: inline in a new document, by Push and Since in an update.
type Outbox struct {
	Events       []Event   `bson:"outbox,omitempty"`
	PendingSince time.Time `bson:"pendingSince,omitempty"` // the time of the first of them
}

// Event is an unpublished event. Its body is JSON text, so that people can read it.
type Event struct {
	ID      string    `bson:"id"`
	Subject string    `bson:"subject"`
	Body    string    `bson:"body"`
	At      time.Time `bson:"at"`
}

// Add adds an event of a change made at that time.
func (o *Outbox) Add(m events.Message, at time.Time) {
	if len(o.Events) == 0 {
		o.PendingSince = at
	}
	o.Events = append(o.Events, Event{ID: m.ID, Subject: m.Subject, Body: string(m.Body), At: at})
}

// Push is what an update's $push has, to add the events to those that wait already.
func (o Outbox) Push() bson.E {
	return bson.E{Key: "outbox", Value: bson.D{{Key: "$each", Value: o.Events}}}
}

// Since is what an update's $min has, beside Push.
func (o Outbox) Since() bson.E { return bson.E{Key: "pendingSince", Value: o.PendingSince} }

// OutboxIndex is what every collection with an outbox needs: the documents that wait, oldest first.
var OutboxIndex = Index{
	Name:    "outbox",
	Keys:    bson.D{{Key: "pendingSince", Value: 1}, {Key: "_id", Value: 1}},
	Partial: bson.D{{Key: "pendingSince", Value: bson.D{{Key: "$exists", Value: true}}}},
}

// OutboxProperties are the members as a validator has them.
func OutboxProperties() bson.M {
	text := bson.M{"bsonType": "string"}
	return bson.M{
		"pendingSince": bson.M{"bsonType": "date"},
		"outbox": bson.M{"bsonType": "array", "items": bson.M{
			"bsonType": "object", "required": bson.A{"id", "subject", "body", "at"},
			"properties": bson.M{"id": text, "subject": text, "body": text, "at": bson.M{"bsonType": "date"}},
		}},
	}
}

// Waiting returns the ids of a collection's documents with events that have waited since before that time, those that
// have waited longest first, at most limit. It names no index: a server that reads all of one that it was told to use was
// seen, and the filter leaves no doubt.
func Waiting(ctx context.Context, c *driver.Collection, before time.Time, limit int) ([]string, error) {
	cursor, err := c.Find(ctx, bson.D{{Key: "pendingSince", Value: bson.D{{Key: "$lt", Value: before}}}}, options.Find().
		SetSort(OutboxIndex.Keys).SetLimit(int64(limit)).SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	var documents []struct {
		ID string `bson:"_id"`
	}
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	ids := make([]string, len(documents))
	for i, d := range documents {
		ids[i] = d.ID
	}
	return ids, nil
}

// Pending returns the unpublished events of these documents, at most limit, those of one document in the order of its
// changes. With a limit every document gets its share, so that a long outbox does not hide the others.
func Pending(ctx context.Context, c *driver.Collection, ids []string, limit int) ([]events.Message, error) {
	share := max(1, limit/max(1, len(ids)))
	cursor, err := c.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}, options.Find().
		SetProjection(bson.D{{Key: "_id", Value: 1}, {Key: "outbox", Value: bson.D{{Key: "$slice", Value: share}}}}))
	if err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	var documents []struct {
		ID     string `bson:"_id"`
		Outbox `bson:",inline"`
	}
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	var msgs []events.Message
	for _, d := range documents {
		for _, e := range d.Events {
			msgs = append(msgs, events.Message{ID: e.ID, Document: d.ID, Subject: e.Subject, Body: []byte(e.Body)})
		}
	}
	return msgs[:min(limit, len(msgs))], nil
}

// Settle removes published events from their documents, those of one document one after the other; with the last one of
// a deleted document (one that has deletedAt, and not erasing) the document goes instead, so that no crash leaves one
// without an event, which nothing would find. One that is not there is no error. It is two commands for all of them.
//
// The documents go durably. The removal of events waits for no majority and no journal: one that a crash takes back is
// repeated, since the relay finds the event in the stream and does not publish it again.
func Settle(ctx context.Context, c *driver.Collection, published []events.Message) error {
	ids, documents := byDocument(published)
	all := make([]string, len(published))
	for i, m := range published {
		all[i] = m.ID
	}
	gone, err := c.DeleteMany(ctx, append(bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: documents}}}}, settled(all)...))
	if err != nil {
		return Translate(fmt.Errorf("remove tombstones: %w", err))
	}
	if int(gone.DeletedCount) == len(documents) {
		return nil
	}
	c = c.Clone(options.Collection().SetWriteConcern(writeconcern.W1()))
	if _, err := c.BulkWrite(ctx, removals(ids, documents), options.BulkWrite().SetOrdered(false)); err != nil {
		return Translate(fmt.Errorf("settle events: %w", err))
	}
	return nil
}

// settled finds tombstones without other events than these, but for those whose owner has more to do, and removes them then.
func settled(ids []string) bson.D {
	another := bson.D{{Key: "id", Value: bson.D{{Key: "$nin", Value: ids}}}}
	return bson.D{
		{Key: "deletedAt", Value: bson.D{{Key: "$exists", Value: true}}}, {Key: "erasing", Value: nil},
		{Key: "outbox", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$elemMatch", Value: another}}}}},
	}
}

// byDocument are the events' ids by document, and the documents in the order in which they come.
func byDocument(published []events.Message) (ids map[string][]string, documents []string) {
	ids = map[string][]string{}
	for _, m := range published {
		if ids[m.Document] == nil {
			documents = append(documents, m.Document)
		}
		ids[m.Document] = append(ids[m.Document], m.ID)
	}
	return ids, documents
}

// removals has one write for each document. None empties a tombstone, which may have become one meanwhile: it goes as a whole the next time.
func removals(ids map[string][]string, documents []string) (writes []driver.WriteModel) {
	for _, document := range documents {
		has := bson.D{
			{Key: "_id", Value: document}, {Key: "outbox.id", Value: bson.D{{Key: "$in", Value: ids[document]}}},
			{Key: "$nor", Value: bson.A{settled(ids[document])}},
		}
		writes = append(writes, driver.NewUpdateOneModel().SetFilter(has).SetUpdate(without(ids[document])))
	}
	return writes
}

// without is the update, in one step, that takes events out and leaves the members right.
func without(ids []string) bson.A {
	first := bson.D{{Key: "$let", Value: bson.D{
		{Key: "vars", Value: bson.D{{Key: "first", Value: bson.D{{Key: "$arrayElemAt", Value: bson.A{"$outbox", 0}}}}}},
		{Key: "in", Value: "$$first.at"},
	}}}
	left := bson.D{{Key: "$filter", Value: bson.D{{Key: "input", Value: "$outbox"}, {Key: "cond", Value: bson.D{{Key: "$not", Value: bson.A{bson.D{{Key: "$in", Value: bson.A{"$$this.id", bson.D{{Key: "$literal", Value: ids}}}}}}}}}}}}
	unlessEmpty := func(value any) bson.D {
		return bson.D{{Key: "$cond", Value: bson.A{bson.D{{Key: "$eq", Value: bson.A{"$outbox", bson.A{}}}}, "$$REMOVE", value}}}
	}
	return bson.A{
		bson.D{{Key: "$set", Value: bson.D{{Key: "outbox", Value: left}}}},
		bson.D{{Key: "$set", Value: bson.D{
			{Key: "pendingSince", Value: unlessEmpty(first)},
			{Key: "outbox", Value: unlessEmpty("$outbox")},
		}}},
	}
}
