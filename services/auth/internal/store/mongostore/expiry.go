package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
)

// expiredBatch is how many documents of each kind are removed at once, so that the call ends in time.
const expiredBatch = 1000

// RemoveExpired implements account.Store. It removes at most a thousand of each.
func (s *Store) RemoveExpired(ctx context.Context, now time.Time) error {
	for _, collection := range []string{sessions, requests} {
		if err := s.removeExpired(ctx, collection, now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) removeExpired(ctx context.Context, collection string, now time.Time) error {
	over := bson.D{{Key: "expiresAt", Value: bson.D{{Key: "$lte", Value: now}}}}
	ids, err := mongo.IDs(ctx, s.DB, collection, over, options.Find().SetHint(expiryIndex).SetLimit(expiredBatch))
	if err != nil || len(ids) == 0 {
		return err
	}
	return s.DeleteMany(ctx, collection, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
}
