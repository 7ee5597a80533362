package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
)

// done is what a tombstone is when nothing is to be revoked or to be announced any more.
var done = bson.D{{Key: "erasing", Value: true}, {Key: "revocationPending", Value: false}, {Key: "pendingSince", Value: nil}}

// ErasedUsers implements account.Erasures.
func (s *Store) ErasedUsers(ctx context.Context, limit int) ([]string, error) {
	some := options.Find().SetHint(erasureIndex).SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)).SetProjection(bson.D{{Key: "_id", Value: 1}})
	return list(ctx, s, users, idOf, done, some)
}

// SettleTombstone implements account.Erasures.
func (s *Store) SettleTombstone(ctx context.Context, userID string) error {
	c, err := s.Collection(ctx, users)
	if err != nil {
		return err
	}
	tombstone := append(byID(userID), bson.E{Key: "erasing", Value: true})
	if _, err := c.UpdateOne(ctx, tombstone, bson.D{{Key: "$set", Value: bson.D{{Key: "revocationPending", Value: false}}}}); err != nil {
		return mongo.Translate(fmt.Errorf("settle tombstone: %w", err))
	}
	return nil
}

// RemoveTombstone implements account.Erasures.
func (s *Store) RemoveTombstone(ctx context.Context, userID string) error {
	c, err := s.Collection(ctx, users)
	if err != nil {
		return err
	}
	if _, err := c.DeleteOne(ctx, append(byID(userID), done...)); err != nil {
		return mongo.Translate(fmt.Errorf("remove tombstone: %w", err))
	}
	return nil
}

// RemoveSessions implements account.Erasures.
func (s *Store) RemoveSessions(ctx context.Context, userID string) error {
	c, err := s.Collection(ctx, sessions)
	if err != nil {
		return err
	}
	if _, err := c.DeleteMany(ctx, bson.D{{Key: "userId", Value: userID}}, options.DeleteMany().SetHint(userIndex)); err != nil {
		return mongo.Translate(fmt.Errorf("remove sessions: %w", err))
	}
	return nil
}

// Scrub implements account.Erasures. MongoDB's files are not ours.
func (s *Store) Scrub(context.Context) error { return nil }
