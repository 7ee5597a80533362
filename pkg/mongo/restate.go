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

// Restatement is an event that tells of a document as it is while the filter finds it.
type Restatement struct {
	Filter  bson.D // by its id, and by what tells this state of it from others
	Message events.Message
	At      time.Time
}

// Restate puts each event into the outbox of its document in one write, if the filter still finds it and no event waits
// in it: the last of those tells of the document as it is too. It returns how many it put there, and may be repeated.
func Restate(ctx context.Context, c *driver.Collection, all []Restatement) (int, error) {
	if len(all) == 0 {
		return 0, nil
	}
	writes := make([]driver.WriteModel, len(all))
	for i, r := range all {
		var box Outbox
		box.Add(r.Message, r.At)
		settled := append(r.Filter, bson.E{Key: "deletedAt", Value: nil}, bson.E{Key: "pendingSince", Value: nil})
		update := bson.D{{Key: "$push", Value: bson.D{box.Push()}}, {Key: "$set", Value: bson.D{box.Since()}}}
		writes[i] = driver.NewUpdateOneModel().SetFilter(settled).SetUpdate(update)
	}
	done, err := c.BulkWrite(ctx, writes, options.BulkWrite().SetOrdered(false))
	if err != nil {
		return 0, Translate(fmt.Errorf("restate: %w", err))
	}
	return int(done.ModifiedCount), nil
}
