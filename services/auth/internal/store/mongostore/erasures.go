package mongostore

import (
	"context"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
)

// done finds tombstones whose revocation is done and whose events are published.
var done = bson.D{{Key: "erasing", Value: true}, {Key: "revocationPending", Value: false}, {Key: "pendingSince", Value: nil}}

// ErasedUsers implements account.Erasures.
func (s *Store) ErasedUsers(ctx context.Context, now time.Time, limit int) ([]account.Tombstone, error) {
	due := append(slices.Clone(done), bson.E{Key: "eraseDueAt", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$gt", Value: now}}}}})
	some := options.Find().SetHint(erasureIndex).SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit))
	return mongo.List(ctx, s.DB, users, func(d stored) account.Tombstone {
		return account.Tombstone{UserID: d.ID, Again: !d.EraseDueAt.IsZero()} // missing before the first look
	}, due, some.SetProjection(bson.D{{Key: "eraseDueAt", Value: 1}}))
}

// ClearTombstoneRevocation implements account.Erasures.
func (s *Store) ClearTombstoneRevocation(ctx context.Context, userID string) error {
	return s.setTombstone(ctx, userID, bson.E{Key: "revocationPending", Value: false})
}

// PostponeTombstone implements account.Erasures.
func (s *Store) PostponeTombstone(ctx context.Context, userID string, until time.Time) error {
	return s.setTombstone(ctx, userID, bson.E{Key: "eraseDueAt", Value: until})
}

func (s *Store) setTombstone(ctx context.Context, userID string, field bson.E) error {
	erasing := append(mongo.ByID(userID), bson.E{Key: "erasing", Value: true})
	_, err := s.UpdateOne(ctx, users, erasing, bson.D{{Key: "$set", Value: bson.D{field}}})
	return err
}

// RemoveTombstone implements account.Erasures.
func (s *Store) RemoveTombstone(ctx context.Context, userID string) error {
	return s.DeleteOne(ctx, users, append(mongo.ByID(userID), done...))
}

// RemoveSessions implements account.Erasures.
func (s *Store) RemoveSessions(ctx context.Context, userID string) error {
	return s.DeleteMany(ctx, sessions, bson.D{{Key: "userId", Value: userID}}, options.DeleteMany().SetHint(userIndex))
}

// Scrub implements account.Erasures. The service cannot reach MongoDB's files, so it does nothing.
func (s *Store) Scrub(context.Context) error { return nil }

// Vacuum does nothing for the same reason.
func (s *Store) Vacuum(context.Context, bool) error { return nil }
