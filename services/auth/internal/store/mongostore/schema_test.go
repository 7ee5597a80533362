package mongostore_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
)

// Ten replicas start at once on an empty database, and again on a full one.
func TestTenReplicasStartAtOnce(t *testing.T) {
	t.Parallel()
	for name, place := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			uri := place(t)
			for range 2 {
				var all sync.WaitGroup
				for range 10 {
					s := open(t, uri)
					all.Go(func() { must(t, s.Ready(t.Context())) })
				}
				all.Wait()
			}
			names, err := database(t, uri).ListCollectionNames(t.Context(), bson.M{})
			must(t, err)
			if len(names) != 5 {
				t.Errorf("the collections are %v", names)
			}
		})
	}
}

// Documents that no version of the service would write are refused by the server.
func TestValidators(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	must(t, open(t, uri).Ready(t.Context()))
	for collection, doc := range map[string]bson.M{
		"users": {"_id": "u1", "name": "Client One", "email": 5}, "sessions": {"_id": "s1", "expiresAt": "tomorrow"},
		"resetRequests": {"_id": "r1"}, "keys": {"_id": "k1", "createdAt": time.Now(), "data": "in the clear"},
	} {
		_, err := database(t, uri).Collection(collection).InsertOne(t.Context(), doc)
		var refused driver.WriteException
		if !errors.As(err, &refused) || !refused.HasErrorCode(121) {
			t.Errorf("%s took %v: %v", collection, doc, err)
		}
	}
}

// MongoDB itself removes what is over, though later than RemoveExpired would.
func TestExpiryIndexes(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	must(t, open(t, uri).Ready(t.Context()))
	for _, collection := range []string{"sessions", "resetRequests"} {
		specs, err := database(t, uri).Collection(collection).Indexes().ListSpecifications(t.Context())
		must(t, err)
		after := int32(-1)
		for _, spec := range specs {
			if spec.ExpireAfterSeconds != nil && strings.Contains(spec.KeysDocument.String(), "expiresAt") {
				after = *spec.ExpireAfterSeconds
			}
		}
		if after != 3600 {
			t.Errorf("%s live for %d seconds after they are over", collection, after)
		}
	}
}

// Without the index that keeps emails unique the service is unready and says so, whoever dropped it, and finds nobody by
// email; two users with one email are a sentence too.
func TestMissingEmailIndex(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s, users := open(t, uri), database(t, uri).Collection("users")
	must(t, s.CreateUser(t.Context(), person("u1")))
	must(t, s.Ready(t.Context()))
	must(t, users.Indexes().DropOne(t.Context(), "email"))
	wantUnready(t, s.Ready(t.Context()), "users", "email")
	if _, err := s.UserByEmail(t.Context(), "u1@example.com"); !problem.Is(err, problem.Unavailable) {
		t.Errorf("a login without the index: %v", err)
	}

	double := person("u2")
	double.Email = "u1@example.com"
	must(t, s.CreateUser(t.Context(), double)) // while nothing kept emails unique
	wantUnready(t, open(t, uri).Ready(t.Context()), "indexes", "users")

	_, err := users.DeleteOne(t.Context(), bson.M{"_id": "u2"})
	must(t, err)
	must(t, open(t, uri).Ready(t.Context()))
	must(t, s.Ready(t.Context()))
}

// An index of that name that does not keep all emails unique, or tombstones too, is none.
func TestEmailIndexThatIsAnother(t *testing.T) {
	t.Parallel()
	for what, index := range map[string]driver.IndexModel{
		"over other keys": {Keys: bson.D{{Key: "email", Value: 1}, {Key: "role", Value: 1}}, Options: options.Index().SetName("email").SetUnique(true).SetPartialFilterExpression(bson.M{"email": bson.M{"$exists": true}})},
		"of tombstones":   {Keys: bson.D{{Key: "email", Value: 1}}, Options: options.Index().SetName("email").SetUnique(true)},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			uri := testenv.MongoDB(t)
			s, indexes := open(t, uri), database(t, uri).Collection("users").Indexes()
			must(t, s.Ready(t.Context()))
			must(t, indexes.DropOne(t.Context(), "email"))
			_, err := indexes.CreateOne(t.Context(), index)
			must(t, err)
			wantUnready(t, s.Ready(t.Context()), "users", "email")
			wantUnready(t, open(t, uri).Ready(t.Context()), "users")
		})
	}
}

func wantUnready(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, word := range words {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("readiness says %v, not a word of %q", err, word)
		}
	}
}
