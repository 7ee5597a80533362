package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
)

// expiredBatch is how many of each are removed at once, so that the call ends in time.
const expiredBatch = 1000

// RemoveExpired implements account.Store. It removes a thousand of each at most.
func (s *Store) RemoveExpired(ctx context.Context, now time.Time) error {
	for _, collection := range []string{sessions, requests} {
		if err := s.removeExpired(ctx, collection, now); err != nil {
			return mongo.Translate(fmt.Errorf("remove expired %s: %w", collection, err))
		}
	}
	return nil
}

func (s *Store) removeExpired(ctx context.Context, collection string, now time.Time) error {
	over := bson.D{{Key: "expiresAt", Value: bson.D{{Key: "$lte", Value: now}}}}
	some := options.Find().SetHint(expiryIndex).SetLimit(expiredBatch).SetProjection(bson.D{{Key: "_id", Value: 1}})
	ids, err := list(ctx, s, collection, idOf, over, some)
	if err != nil || len(ids) == 0 {
		return err
	}
	c, err := s.Collection(ctx, collection)
	if err != nil {
		return err
	}
	_, err = c.DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
	return err
}

type idDoc struct {
	ID string `bson:"_id"`
}

func idOf(d idDoc) (string, error) { return d.ID, nil }
