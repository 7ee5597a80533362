package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
)

// keyDoc is a wrapped key as it is kept.
type keyDoc struct {
	ID        string    `bson:"_id"`
	CreatedAt time.Time `bson:"createdAt"`
	Data      []byte    `bson:"data"`
}

// Keys implements account.Keys.
func (s *Store) Keys(ctx context.Context) ([]account.Key, error) {
	byAge := options.Find().SetHint(ageIndex).SetSort(bson.D{{Key: "createdAt", Value: 1}, {Key: "_id", Value: 1}})
	return list(ctx, s, keys, func(d keyDoc) (account.Key, error) { return account.Key(d), nil }, bson.D{}, byAge)
}

// AddKey implements account.Keys.
func (s *Store) AddKey(ctx context.Context, k account.Key) error {
	err := s.insert(ctx, keys, keyDoc(k))
	if mongo.IsDuplicate(err) {
		return nil
	}
	return err
}

// RemoveKey implements account.Keys.
func (s *Store) RemoveKey(ctx context.Context, id string) error { return s.remove(ctx, keys, id) }
