package mongo

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/events"
)

// Outbox has the members for a document's unpublished events. A document has them only while it has such events. They are
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

// Push is the part of an update's $push that adds the events to those that wait already.
func (o Outbox) Push() bson.E {
	return Append("outbox", o.Events)
}

// Since is the part of an update's $min that belongs to Push.
func (o Outbox) Since() bson.E { return bson.E{Key: "pendingSince", Value: o.PendingSince} }

// OutboxIndex is an index that every collection with an outbox needs: the documents with waiting events, oldest first.
var OutboxIndex = Index{
	Name:    "outbox",
	Keys:    bson.D{{Key: "pendingSince", Value: 1}, {Key: "_id", Value: 1}},
	Partial: bson.D{{Key: "pendingSince", Value: bson.D{{Key: "$exists", Value: true}}}},
}

// Waiting returns the ids of a collection's documents with events that have waited since before that time, those that
// have waited longest first, at most limit. It names no index: one server read the complete index when it was told to use
// it, and the filter fits only this one.
func Waiting(ctx context.Context, c *driver.Collection, before time.Time, limit int) ([]string, error) {
	cursor, err := c.Find(ctx, bson.D{{Key: "pendingSince", Value: bson.D{{Key: "$lt", Value: before}}}}, options.Find().
		SetSort(OutboxIndex.Keys).SetLimit(int64(limit)).SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	ids, err := readIDs(ctx, cursor)
	if err != nil {
		return nil, Translate(fmt.Errorf("read outbox: %w", err))
	}
	return ids, nil
}

// readIDs reads a cursor to its end.
func readIDs(ctx context.Context, cursor *driver.Cursor) ([]string, error) {
	var documents []struct {
		ID string `bson:"_id"`
	}
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, err
	}
	ids := make([]string, len(documents))
	for i, d := range documents {
		ids[i] = d.ID
	}
	return ids, nil
}

// Pending returns the unpublished events of these documents, at most limit, those of one document in the order of its
// changes. The limit is shared among the documents, so that a long outbox does not hide the others.
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
