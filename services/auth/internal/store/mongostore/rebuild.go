package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
)

var _ account.Restater = (*Store)(nil)

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
		still := append(byID(e.UserID), bson.E{Key: "sequence", Value: e.Sequence})
		all[i] = mongo.Restatement{Filter: still, Message: m, At: e.At}
	}
	return mongo.Restate(ctx, c, all)
}
