package mongostore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
)

// done is what a tombstone is when nothing is to be revoked or to be announced any more.
var done = bson.D{{Key: "erasing", Value: true}, {Key: "revocationPending", Value: false}, {Key: "pendingSince", Value: nil}}

// ErasedUsers implements account.Erasures.
func (s *Store) ErasedUsers(ctx context.Context, now time.Time, limit int) ([]account.Tombstone, error) {
	due := append(slices.Clone(done), bson.E{Key: "eraseDueAt", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$gt", Value: now}}}}})
	some := options.Find().SetHint(erasureIndex).SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)).
		SetProjection(bson.D{{Key: "_id", Value: 1}, {Key: "eraseDueAt", Value: 1}})
	return list(ctx, s, users, tombstone, due, some)
}

type tombstoneDoc struct {
	ID    string     `bson:"_id"`
	DueAt *time.Time `bson:"eraseDueAt"` // not there before the first look
}

func tombstone(d tombstoneDoc) (account.Tombstone, error) {
	return account.Tombstone{UserID: d.ID, Again: d.DueAt != nil}, nil
}

// SettleTombstone implements account.Erasures.
func (s *Store) SettleTombstone(ctx context.Context, userID string) error {
	return s.setTombstone(ctx, userID, bson.E{Key: "revocationPending", Value: false})
}

// PostponeTombstone implements account.Erasures.
func (s *Store) PostponeTombstone(ctx context.Context, userID string, until time.Time) error {
	return s.setTombstone(ctx, userID, bson.E{Key: "eraseDueAt", Value: until})
}

func (s *Store) setTombstone(ctx context.Context, userID string, field bson.E) error {
	c, err := s.Collection(ctx, users)
	if err != nil {
		return err
	}
	erasing := append(byID(userID), bson.E{Key: "erasing", Value: true})
	if _, err := c.UpdateOne(ctx, erasing, bson.D{{Key: "$set", Value: bson.D{field}}}); err != nil {
		return mongo.Translate(fmt.Errorf("set %s of tombstone: %w", field.Key, err))
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

// Vacuum has nothing to do for the same reason.
func (s *Store) Vacuum(context.Context, bool) error { return nil }
