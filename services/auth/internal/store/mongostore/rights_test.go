package mongostore_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo/mongotest"
	"crm.example/services/auth/internal/store/storetest"
)

// The rights of a deployed service's user are enough for all that the store does.
func TestLeastRights(t *testing.T) {
	t.Parallel()
	server := mongotest.Guard(t)
	storetest.Run(t, func(t *testing.T) storetest.Open {
		uri := server.Grant(t)
		return func(t *testing.T) storetest.Store {
			s := open(t, uri)
			must(t, s.Ready(t.Context()))
			return s
		}
	})
}

// They are enough to bring what an earlier version made up to this one too.
func TestLeastRightsBringASchemaUp(t *testing.T) {
	t.Parallel()
	uri := mongotest.Guard(t).Grant(t)
	must(t, open(t, uri).Ready(t.Context()))
	db := database(t, uri)
	mongotest.SetBack(t, db, "users")
	must(t, open(t, uri).Ready(t.Context()))
	if _, err := db.Collection("users").InsertOne(t.Context(), bson.M{"_id": "u1"}); err == nil {
		t.Error("the validator is still that of the earlier version")
	}
}
