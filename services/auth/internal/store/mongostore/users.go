package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

var userKind = kind[userDoc, account.User]{
	collection: users, encode: encodeUser, decode: decodeUser,
	version: func(u *account.User) *int { return &u.Version }, events: takeEvents, buried: func(d userDoc) bool { return d.Erasing },
}

func takeEvents(s *Store, u *account.User) (mongo.Outbox, error) {
	box, err := s.outbox(*u)
	u.Events = nil
	return box, err
}

// withoutOutbox keeps what waits for NATS out of reads.
var withoutOutbox = bson.D{{Key: "outbox", Value: 0}}

// CreateUser implements account.Users.
func (s *Store) CreateUser(ctx context.Context, u account.User) error {
	box, err := s.outbox(u)
	if err != nil {
		return err
	}
	u.Version = 1
	err = s.insert(ctx, users, struct {
		User   userDoc      `bson:",inline"`
		Outbox mongo.Outbox `bson:",inline"`
	}{encodeUser(u), box})
	if mongo.IsDuplicate(err) {
		return problem.New(problem.EmailTaken, "Somebody has signed up with this email before.")
	}
	if err == nil {
		s.announced(u.ID, box)
	}
	return err
}

// UserByID implements account.Users.
func (s *Store) UserByID(ctx context.Context, id string) (account.User, error) {
	return s.findUser(ctx, byID(id), options.FindOne())
}

// UserByEmail implements account.Users. Without the index there is no answer: the email might have two users then.
func (s *Store) UserByEmail(ctx context.Context, email string) (account.User, error) {
	return s.findUser(ctx, bson.D{{Key: "email", Value: email}}, options.FindOne().SetHint(emailIndex))
}

func (s *Store) findUser(ctx context.Context, filter bson.D, how *options.FindOneOptionsBuilder) (account.User, error) {
	var doc userDoc
	if err := s.find(ctx, users, filter, &doc, how.SetProjection(withoutOutbox)); err != nil {
		return account.User{}, fmt.Errorf("find user: %w", err)
	}
	return decodeUser(doc)
}

// UpdateUser implements account.Users.
func (s *Store) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	u, err := userKind.alter(ctx, s, id, change)
	if err != nil {
		return account.User{}, fmt.Errorf("update user: %w", err)
	}
	return u, nil
}

// UpdateUserOr implements account.Users.
func (s *Store) UpdateUserOr(ctx context.Context, id string, change func(*account.User) error, instead account.ResetRequest) (account.User, error) {
	var refusal error
	u, err := s.UpdateUser(ctx, id, func(u *account.User) error {
		refusal = change(u)
		return refusal
	})
	if err == nil || refusal == nil && !problem.Is(err, problem.NotFound) {
		return u, err
	}
	if failed := s.AddResetRequest(ctx, instead); failed != nil {
		return u, failed
	}
	return u, err
}

// UsersPendingRevocation implements account.Users.
func (s *Store) UsersPendingRevocation(ctx context.Context, limit int) ([]account.User, error) {
	return list(ctx, s, users, decodeAny, revocationPending(), toRevoke(limit).SetProjection(withoutOutbox))
}

func revocationPending() bson.D { return bson.D{{Key: "revocationPending", Value: true}} }

func toRevoke(limit int) *options.FindOptionsBuilder {
	return options.Find().SetHint(revocationIndex).SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit))
}
