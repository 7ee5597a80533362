package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/document"
)

var userKind = kind[document.User, account.User]{
	collection: users, projection: mongo.Projection(document.User{}), encode: document.UserOf, decode: decodeUser,
	version: func(u *account.User) *int { return &u.Version }, events: takeEvents, erased: func(d document.User) bool { return d.Erasing },
}

func takeEvents(s *Store, u *account.User) (mongo.Outbox, error) {
	box, err := s.outbox(*u)
	u.Events = nil
	return box, err
}

// stored is a user's complete document.
type stored struct {
	document.User `bson:",inline"`
	mongo.Outbox  `bson:",inline"`
	EraseDueAt    time.Time `bson:"eraseDueAt,omitempty"` // when a tombstone must be looked at again
}

// decodeUser does not find tombstones.
func decodeUser(d document.User) (account.User, error) {
	if !d.DeletedAt.IsZero() {
		return account.User{}, problem.New(problem.NotFound, "")
	}
	return d.User(), nil
}

// CreateUser implements account.Users.
func (s *Store) CreateUser(ctx context.Context, u account.User) error {
	box, err := s.outbox(u)
	if err != nil {
		return err
	}
	u.Version = 1
	err = s.Insert(ctx, users, stored{User: document.UserOf(u), Outbox: box})
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
	return s.findUser(ctx, mongo.ByID(id), options.FindOne())
}

// UserByEmail implements account.Users. It needs the index: without it, an email might have two users.
func (s *Store) UserByEmail(ctx context.Context, email string) (account.User, error) {
	return s.findUser(ctx, bson.D{{Key: "email", Value: email}}, options.FindOne().SetHint(emailIndex))
}

func (s *Store) findUser(ctx context.Context, filter bson.D, how *options.FindOneOptionsBuilder) (account.User, error) {
	d, err := mongo.Find[document.User](ctx, s.DB, users, filter, how.SetProjection(userKind.projection))
	if err != nil {
		return account.User{}, err
	}
	return decodeUser(d)
}

// Agents implements account.Users. A tombstone has no role.
func (s *Store) Agents(ctx context.Context) ([]account.User, error) {
	of := bson.D{{Key: "role", Value: bson.D{{Key: "$in", Value: account.Agents}}}}
	return mongo.List(ctx, s.DB, users, document.User.User, of, options.Find().SetHint(roleIndex).SetProjection(userKind.projection))
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
	return mongo.List(ctx, s.DB, users, document.User.User, revocationPending(), toRevoke(limit).SetProjection(userKind.projection))
}

func revocationPending() bson.D { return bson.D{{Key: "revocationPending", Value: true}} }

func toRevoke(limit int) *options.FindOptionsBuilder {
	return options.Find().SetHint(revocationIndex).SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit))
}
