package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
)

var _ account.Archive = (*Store)(nil)

// UsersAfter implements account.Archive. A tombstone is no user.
func (s *Store) UsersAfter(ctx context.Context, id string, limit int) ([]account.User, error) {
	after := bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: id}}}, {Key: "deletedAt", Value: nil}}
	page := options.Find().SetHint("_id_").SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)).SetProjection(withoutOutbox)
	return list(ctx, s, users, decodeUser, after, page)
}

// RestoreUser implements account.Archive.
func (s *Store) RestoreUser(ctx context.Context, u account.User) error {
	err := s.insert(ctx, users, encodeUser(u))
	if mongo.IsDuplicate(err) {
		return account.ErrThere
	}
	return err
}
