package mongostore_test

import (
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo/mongotest"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/storetest"
)

// The rights of a deployed service's user are enough for all that the store does.
func TestLeastRights(t *testing.T) {
	t.Parallel()
	server := mongotest.Guard(t)
	storetest.Run(t, func(t *testing.T, encode storetest.Encode) (storetest.Store, func() storetest.Store) {
		if strings.HasSuffix(t.Name(), "/Crash") {
			own := mongotest.Guard(t)
			return crashing(t, own.Server, own.Grant(t), encode)
		}
		s := open(t, server.Grant(t), encode)
		if err := s.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s, nil
	})
}

// They are enough to bring what an earlier version made up to this one, and to remove what it left behind.
func TestLeastRightsBringASchemaUp(t *testing.T) {
	t.Parallel()
	uri := mongotest.Guard(t).Grant(t)
	awaitReady(t, open(t, uri, announce.Message))
	db := database(t, uri)
	bare := bson.M{"_id": "bare", "clientId": "c1", "version": 2, "deletedAt": time.Now()}
	if _, err := db.Collection("tickets").InsertOne(t.Context(), bare); err != nil {
		t.Fatal(err)
	}
	mongotest.SetBack(t, db, "tickets")
	if err := open(t, uri, announce.Message).Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := db.Collection("tickets").CountDocuments(t.Context(), bson.M{}); err != nil || n != 0 {
		t.Errorf("%d documents are left behind, %v", n, err)
	}
	if _, err := db.Collection("tickets").InsertOne(t.Context(), bson.M{"_id": "t1"}); err == nil {
		t.Error("the validator is still that of the earlier version")
	}
}
