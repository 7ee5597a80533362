package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/document"
)

// Keys implements account.Keys.
func (s *Store) Keys(ctx context.Context) ([]account.Key, error) {
	byAge := options.Find().SetHint(ageIndex).SetSort(bson.D{{Key: "createdAt", Value: 1}, {Key: "_id", Value: 1}})
	return mongo.List(ctx, s.DB, keys, func(d document.Key) account.Key { return account.Key(d) }, bson.D{}, byAge)
}

// AddKey implements account.Keys.
func (s *Store) AddKey(ctx context.Context, k account.Key) error {
	err := s.Insert(ctx, keys, document.Key(k))
	if mongo.IsDuplicate(err) {
		return nil
	}
	return err
}

// RemoveKey implements account.Keys.
func (s *Store) RemoveKey(ctx context.Context, id string) error {
	return s.DeleteOne(ctx, keys, mongo.ByID(id))
}
