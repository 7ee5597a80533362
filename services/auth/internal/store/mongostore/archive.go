package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/document"
)

// UsersAfter implements account.Archive. It leaves out tombstones.
func (s *Store) UsersAfter(ctx context.Context, id string, limit int) ([]account.User, error) {
	after := bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: id}}}, {Key: "deletedAt", Value: nil}}
	page := options.Find().SetHint("_id_").SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)).SetProjection(userKind.projection)
	return mongo.List(ctx, s.DB, users, document.User.User, after, page)
}

// RestoreUser implements account.Archive.
func (s *Store) RestoreUser(ctx context.Context, u account.User) error {
	err := s.Insert(ctx, users, document.UserOf(u))
	if mongo.IsDuplicate(err) {
		return account.ErrThere
	}
	return err
}

// Restate implements account.Restater. It is one write for each user, in one command.
func (s *Store) Restate(ctx context.Context, events []account.Event) (int, error) {
	c, err := s.Collection(ctx, users)
	if err != nil {
		return 0, err
	}
	all := make([]mongo.Restatement, len(events))
	for i, e := range events {
		m, err := s.encode(e)
		if err != nil {
			return 0, err
		}
		still := append(mongo.ByID(e.UserID), bson.E{Key: "sequence", Value: e.Sequence})
		all[i] = mongo.Restatement{Filter: still, Message: m, At: e.At}
	}
	return mongo.Restate(ctx, c, all)
}
