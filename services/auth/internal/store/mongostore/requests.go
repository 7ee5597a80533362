package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
)

// requestDoc is a reset request as it is kept. Fields are added and never renamed.
type requestDoc struct {
	ID          string    `bson:"_id"`
	Email       string    `bson:"email"`
	RequestedAt time.Time `bson:"requestedAt"`
	ExpiresAt   time.Time `bson:"expiresAt"`
	DueAt       time.Time `bson:"dueAt"`
	Attempts    int       `bson:"attempts"`
}

// AddResetRequest implements account.ResetRequests.
func (s *Store) AddResetRequest(ctx context.Context, r account.ResetRequest) error {
	return s.insert(ctx, requests, requestDoc(r))
}

// ClaimResetRequest implements account.ResetRequests.
func (s *Store) ClaimResetRequest(ctx context.Context, now, until time.Time) (account.ResetRequest, error) {
	c, err := s.Collection(ctx, requests)
	if err != nil {
		return account.ResetRequest{}, err
	}
	due := bson.D{{Key: "dueAt", Value: bson.D{{Key: "$lte", Value: now}}}, {Key: "expiresAt", Value: bson.D{{Key: "$gt", Value: now}}}}
	claim := bson.D{{Key: "$set", Value: bson.D{{Key: "dueAt", Value: until}}}, {Key: "$inc", Value: bson.D{{Key: "attempts", Value: 1}}}}
	oldest := options.FindOneAndUpdate().SetSort(bson.D{{Key: "dueAt", Value: 1}, {Key: "_id", Value: 1}}).SetHint(dueIndex)
	var doc requestDoc
	err = c.FindOneAndUpdate(ctx, due, claim, oldest.SetReturnDocument(options.After)).Decode(&doc)
	if errors.Is(err, driver.ErrNoDocuments) {
		return account.ResetRequest{}, notFound()
	}
	if err != nil {
		return account.ResetRequest{}, mongo.Translate(fmt.Errorf("claim reset request: %w", err))
	}
	return account.ResetRequest(doc), nil
}

// FinishResetRequest implements account.ResetRequests.
func (s *Store) FinishResetRequest(ctx context.Context, id string) error {
	return s.remove(ctx, requests, id)
}

// RetryResetRequest implements account.ResetRequests. Each claim counts an attempt, so their number tells whether it was
// claimed again.
func (s *Store) RetryResetRequest(ctx context.Context, claimed account.ResetRequest, at time.Time) error {
	c, err := s.Collection(ctx, requests)
	if err != nil {
		return err
	}
	same := append(byID(claimed.ID), bson.E{Key: "attempts", Value: claimed.Attempts})
	if _, err := c.UpdateOne(ctx, same, bson.D{{Key: "$set", Value: bson.D{{Key: "dueAt", Value: at}}}}); err != nil {
		return mongo.Translate(fmt.Errorf("put reset request off: %w", err))
	}
	return nil
}
