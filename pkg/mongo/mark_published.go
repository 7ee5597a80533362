package mongo

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"crm.example/pkg/events"
)

// MarkPublished removes published events from their documents. If it is the last event of a deleted document (one that has
// deletedAt, and not erasing), it removes the document instead: a document without an event would be found by nobody after a
// crash. Events that are gone already are no error. It takes two commands for all events, and one more to remove documents.
//
// The removal of documents is durable. The removal of events waits for no majority and no journal: if a crash undoes it, it is
// repeated, since the relay finds the event in the stream and does not publish it again.
func MarkPublished(ctx context.Context, c *driver.Collection, published []events.Message) error {
	ids, documents := byDocument(published)
	gone, err := removeTombstones(ctx, c, published, documents)
	if err != nil {
		return Translate(fmt.Errorf("remove tombstones: %w", err))
	}
	documents = slices.DeleteFunc(documents, func(document string) bool { return slices.Contains(gone, document) })
	if len(documents) == 0 {
		return nil
	}
	c = c.Clone(options.Collection().SetWriteConcern(writeconcern.W1()))
	if _, err := c.BulkWrite(ctx, removals(ids, documents), options.BulkWrite().SetOrdered(false)); err != nil {
		return Translate(fmt.Errorf("remove published events: %w", err))
	}
	return nil
}

// removeTombstones removes the documents that have nothing else to publish, and returns them. It reads first: most batches have
// no such document, and a command that removes nothing would still wait for the journal.
func removeTombstones(ctx context.Context, c *driver.Collection, published []events.Message, documents []string) (gone []string, err error) {
	ids := make([]string, len(published))
	for i, m := range published {
		ids[i] = m.ID
	}
	among := func(documents []string) bson.D {
		return append(bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: documents}}}}, finishedTombstones(ids)...)
	}
	cursor, err := c.Find(ctx, among(documents), options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return nil, err
	}
	if gone, err = readIDs(ctx, cursor); err != nil || len(gone) == 0 {
		return nil, err
	}
	_, err = c.DeleteMany(ctx, among(gone))
	return gone, err
}

// finishedTombstones finds tombstones without other events than these, except those whose owner has more to do.
func finishedTombstones(ids []string) bson.D {
	another := bson.D{{Key: "id", Value: bson.D{{Key: "$nin", Value: ids}}}}
	return bson.D{
		{Key: "deletedAt", Value: bson.D{{Key: "$exists", Value: true}}}, {Key: "erasing", Value: nil},
		{Key: "outbox", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$elemMatch", Value: another}}}}},
	}
}

// byDocument returns the events' ids by document, and the documents in the order of the events.
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

// removals has one write for each document.
func removals(ids map[string][]string, documents []string) (writes []driver.WriteModel) {
	for _, document := range documents {
		has := bson.D{{Key: "_id", Value: document}, {Key: "outbox.id", Value: bson.D{{Key: "$in", Value: ids[document]}}}}
		writes = append(writes, driver.NewUpdateOneModel().SetFilter(has).SetUpdate(without(ids[document])))
	}
	return writes
}

// without is the update that removes events and corrects the members of the outbox, in one step. A document may have become a
// tombstone meanwhile: it then keeps its last event, and is removed the next time.
func without(ids []string) bson.A {
	first := bson.D{{Key: "$let", Value: bson.D{
		{Key: "vars", Value: bson.D{{Key: "first", Value: bson.D{{Key: "$arrayElemAt", Value: bson.A{"$outbox", 0}}}}}},
		{Key: "in", Value: "$$first.at"},
	}}}
	left := bson.D{{Key: "$filter", Value: bson.D{{Key: "input", Value: "$outbox"}, {Key: "cond", Value: bson.D{{Key: "$not", Value: bson.A{bson.D{{Key: "$in", Value: bson.A{"$$this.id", bson.D{{Key: "$literal", Value: ids}}}}}}}}}}}}
	tombstone := bson.D{{Key: "$and", Value: bson.A{
		bson.D{{Key: "$gt", Value: bson.A{"$deletedAt", nil}}}, bson.D{{Key: "$lte", Value: bson.A{"$erasing", nil}}}, bson.D{{Key: "$eq", Value: bson.A{left, bson.A{}}}},
	}}}
	unlessEmpty := func(value any) bson.D {
		return bson.D{{Key: "$cond", Value: bson.A{bson.D{{Key: "$eq", Value: bson.A{"$outbox", bson.A{}}}}, "$$REMOVE", value}}}
	}
	return bson.A{
		bson.D{{Key: "$set", Value: bson.D{{Key: "outbox", Value: bson.D{{Key: "$cond", Value: bson.A{tombstone, "$outbox", left}}}}}}},
		bson.D{{Key: "$set", Value: bson.D{
			{Key: "pendingSince", Value: unlessEmpty(first)},
			{Key: "outbox", Value: unlessEmpty("$outbox")},
		}}},
	}
}
