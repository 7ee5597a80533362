package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/document"
)

// AddResetRequest implements account.ResetRequests.
func (s *Store) AddResetRequest(ctx context.Context, r account.ResetRequest) error {
	return s.Insert(ctx, requests, document.ResetRequestOf(r))
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
	d, err := mongo.One[document.ResetRequest](c.FindOneAndUpdate(ctx, due, claim, oldest.SetReturnDocument(options.After)), "claim reset request")
	return d.ResetRequest(), err
}

// FinishResetRequest implements account.ResetRequests.
func (s *Store) FinishResetRequest(ctx context.Context, id string) error {
	return s.DeleteOne(ctx, requests, mongo.ByID(id))
}

// RetryResetRequest implements account.ResetRequests. Each claim counts an attempt, so their number tells whether it was
// claimed again.
func (s *Store) RetryResetRequest(ctx context.Context, claimed account.ResetRequest, at time.Time) error {
	same := append(mongo.ByID(claimed.ID), bson.E{Key: "attempts", Value: claimed.Attempts})
	_, err := s.UpdateOne(ctx, requests, same, bson.D{{Key: "$set", Value: bson.D{{Key: "dueAt", Value: at}}}})
	return err
}
