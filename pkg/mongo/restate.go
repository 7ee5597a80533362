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

// Restatement is an event with the present state of a document. It is right as long as the filter finds the document.
type Restatement struct {
	Filter  bson.D // has its id, and what identifies this state
	Message events.Message
	At      time.Time
}

// Restate adds each event to the outbox of its document in one write, if the filter still finds the document and no event waits
// there: the last waiting event has the present state too. It returns how many it added, and may be repeated.
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
