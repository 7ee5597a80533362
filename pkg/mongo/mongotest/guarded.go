package mongotest

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo/access"
	"crm.example/pkg/testenv"
)

// Guarded is a mongod of a test's own that asks for passwords.
type Guarded struct {
	*testenv.Server
	Admin string // the URI of its administrator
}

// Guard starts one.
func Guard(t testing.TB) Guarded {
	t.Helper()
	server := testenv.StartMongoDB(t, "--auth")
	client, err := driver.Connect(options.Client().ApplyURI(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.Background()) }()
	root := bson.D{{Key: "createUser", Value: "root"}, {Key: "pwd", Value: "r"}, {Key: "roles", Value: bson.A{"root"}}}
	if err := client.Database("admin").RunCommand(t.Context(), root).Err(); err != nil {
		t.Fatal(err)
	}
	return Guarded{server, "mongodb://root:r@" + server.Addr + "/admin"}
}

// Grant gives the URI of a new database, with a user who may do there what the user of a deployed service may.
func (g Guarded) Grant(t testing.TB) string {
	t.Helper()
	uri := "mongodb://service:s@" + g.Addr + "/test_" + strings.ToLower(rand.Text())
	if err := access.Grant(t.Context(), g.Admin, uri); err != nil {
		t.Fatal(err)
	}
	return uri
}

// SetBack makes of a database one that the first version of the schema left, when the collection had no validator yet.
func SetBack(t testing.TB, db *driver.Database, collection string) {
	t.Helper()
	validator := bson.D{{Key: "collMod", Value: collection}, {Key: "validator", Value: bson.D{}}}
	if err := db.RunCommand(t.Context(), validator).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Collection("meta").UpdateByID(t.Context(), "schema", bson.M{"$set": bson.M{"number": 1}}); err != nil {
		t.Fatal(err)
	}
}
