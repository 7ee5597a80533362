package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// waiting is a document with events.
type waiting struct {
	ID     string `bson:"_id"`
	Outbox `bson:",inline"`
}

// Pending returns the oldest unpublished events of a collection, at most limit, those of one document in the order of
// its changes.
func Pending(ctx context.Context, c *driver.Collection, limit int) ([]events.Message, error) {
	cursor, err := c.Find(ctx, bson.D{{Key: "pendingSince", Value: bson.D{{Key: "$exists", Value: true}}}}, options.Find().
		SetSort(bson.D{{Key: "pendingSince", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit)).
		SetProjection(bson.D{{Key: "outbox", Value: 1}, {Key: "pendingSince", Value: 1}}))
	if err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	var documents []waiting
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	return oldest(documents, limit), nil
}

// oldest merges the outboxes. Two replicas' clocks differ, so an event counts as no older than the one before it, and
// a document as old as the index has it: the oldest of many are the same as the oldest of all.
func oldest(documents []waiting, limit int) []events.Message {
	type dated struct {
		at time.Time
		m  events.Message
	}
	var all []dated
	for _, d := range documents {
		at := d.PendingSince
		for i, e := range d.Events {
			if i > 0 && e.At.After(at) {
				at = e.At
			}
			all = append(all, dated{at, events.Message{ID: e.ID, Document: d.ID, Subject: e.Subject, Body: []byte(e.Body)}})
		}
	}
	slices.SortStableFunc(all, func(a, b dated) int { return a.at.Compare(b.at) })
	msgs := make([]events.Message, 0, min(limit, len(all)))
	for _, e := range all[:min(limit, len(all))] {
		msgs = append(msgs, e.m)
	}
	return msgs
}

// Settle removes a published event from its document; with the last one of a deleted document (one that has deletedAt)
// the document goes too. One that is not there is no error. It does not wait for the journal: an event that comes back
// in a crash is published twice, which consumers expect.
func Settle(ctx context.Context, c *driver.Collection, m events.Message) error {
	c = c.Clone(options.Collection().SetWriteConcern(writeconcern.W1()))
	var after struct {
		DeletedAt time.Time `bson:"deletedAt"`
		Outbox    `bson:",inline"`
	}
	err := c.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: m.Document}, {Key: "outbox.id", Value: m.ID}}, without(m.ID), options.FindOneAndUpdate().
		SetReturnDocument(options.After).SetProjection(bson.D{{Key: "deletedAt", Value: 1}, {Key: "pendingSince", Value: 1}})).Decode(&after)
	if errors.Is(err, driver.ErrNoDocuments) {
		return nil
	}
	if err != nil {
		return Translate(fmt.Errorf("settle %s: %w", m.Subject, err))
	}
	if after.DeletedAt.IsZero() || !after.PendingSince.IsZero() {
		return nil
	}
	_, err = c.DeleteOne(ctx, bson.D{{Key: "_id", Value: m.Document}, {Key: "deletedAt", Value: bson.D{{Key: "$exists", Value: true}}}, {Key: "pendingSince", Value: nil}})
	if err != nil {
		return Translate(fmt.Errorf("remove tombstone: %w", err))
	}
	return nil
}

// without is the update, in one step, that takes an event out and leaves the members right.
func without(id string) bson.A {
	first := bson.D{{Key: "$let", Value: bson.D{
		{Key: "vars", Value: bson.D{{Key: "first", Value: bson.D{{Key: "$arrayElemAt", Value: bson.A{"$outbox", 0}}}}}},
		{Key: "in", Value: "$$first.at"},
	}}}
	left := bson.D{{Key: "$filter", Value: bson.D{{Key: "input", Value: "$outbox"}, {Key: "cond", Value: bson.D{{Key: "$ne", Value: bson.A{"$$this.id", bson.D{{Key: "$literal", Value: id}}}}}}}}}
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
