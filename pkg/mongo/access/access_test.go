package access_test

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo/access"
	"crm.example/pkg/mongo/mongotest"
)

func connect(t *testing.T, uri string) *driver.Client {
	t.Helper()
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(t.Context()) })
	return client
}

// The user may do in its database what a service does, and nothing in another's; granting again changes the password.
func TestGrant(t *testing.T) {
	t.Parallel()
	server := mongotest.Guard(t)
	for _, password := range []string{"one", "two"} {
		uri := "mongodb://auth:" + password + "@" + server.Addr + "/auth"
		if err := access.Grant(t.Context(), server.Admin, uri); err != nil {
			t.Fatal(err)
		}
		mine := connect(t, uri)
		if _, err := mine.Database("auth").Collection("users").InsertOne(t.Context(), bson.D{{Key: "a", Value: 1}}); err != nil {
			t.Errorf("in its own database: %v", err)
		}
		if _, err := mine.Database("ticket").Collection("tickets").InsertOne(t.Context(), bson.D{{Key: "a", Value: 1}}); err == nil {
			t.Error("it may write to the database of another service")
		}
		if err := mine.Database("auth").Collection("users").Drop(t.Context()); err == nil {
			t.Error("it may drop a collection")
		}
	}
	if err := connect(t, "mongodb://auth:one@"+server.Addr+"/auth").Ping(t.Context(), nil); err == nil {
		t.Error("the old password counts")
	}
}

func TestURLsThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for _, uri := range []string{"", "mongodb://host/db", "mongodb://u:hunter2@host", "sqlite:x"} {
		if err := access.Grant(t.Context(), "mongodb://127.0.0.1:1/", uri); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: got %v", uri, err)
		}
	}
}
