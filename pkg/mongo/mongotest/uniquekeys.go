package mongotest

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// KeepsUniqueKeys is what tests leave out on a server that FreesUniqueKeys says no of.
const KeepsUniqueKeys = "NOT TESTED: that the email of a deleted user and the idempotency key of a deleted ticket are free again, " +
	"since this mongod, unlike MongoDB, never forgets the unique key of a document that was updated"

// FreesUniqueKeys tells whether a value is free once the document that had it has another, as MongoDB documents it. Not
// everything that speaks its protocol can do it.
func FreesUniqueKeys(t *testing.T, db *driver.Database) bool {
	t.Helper()
	c := db.Collection("unique_keys")
	_, err := c.Indexes().CreateOne(t.Context(), driver.IndexModel{Keys: bson.D{{Key: "n", Value: 1}}, Options: options.Index().SetUnique(true)})
	if err == nil {
		_, err = c.InsertOne(t.Context(), bson.M{"_id": 1, "n": 1})
	}
	if err == nil {
		_, err = c.UpdateByID(t.Context(), 1, bson.M{"$set": bson.M{"n": 2}})
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.InsertOne(t.Context(), bson.M{"_id": 2, "n": 1})
	return err == nil
}
