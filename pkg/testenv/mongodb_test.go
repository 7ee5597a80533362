package testenv_test

import (
	"context"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/testenv"
)

func TestDatabaseInURI(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]string{
		"mongodb://a:1":                                "mongodb://a:1/t",
		"mongodb://a:1,b:2/?replicaSet=r":              "mongodb://a:1,b:2/t?replicaSet=r",
		"mongodb://u:p@a:1":                            "mongodb://u:p@a:1/t?authSource=admin",
		"mongodb://u:p@a:1/users?tls=true":             "mongodb://u:p@a:1/t?tls=true&authSource=users",
		"mongodb+srv://u:p@a.example/?authSource=none": "mongodb+srv://u:p@a.example/t?authSource=none",
	} {
		if got := testenv.WithDatabase(uri, "t"); got != want {
			t.Errorf("%s becomes %s, want %s", uri, got, want)
		}
	}
}

func TestDatabaseIsDroppedAtTheEnd(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) string{"standalone": testenv.MongoDB, "replica set": testenv.ReplicaSet} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var uri string
			t.Run("use", func(t *testing.T) {
				uri = open(t)
				client, database := connect(t, uri)
				if _, err := client.Database(database).Collection("c").InsertOne(t.Context(), bson.M{"a": 1}); err != nil {
					t.Fatal(err)
				}
			})
			if t.Skipped() || uri == "" {
				t.SkipNow()
			}
			client, database := connect(t, uri)
			names, err := client.ListDatabaseNames(t.Context(), bson.M{"name": database})
			if err != nil || len(names) > 0 {
				t.Errorf("left behind: %v, %v", names, err)
			}
		})
	}
}

func connect(t *testing.T, uri string) (*mongo.Client, string) {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	_, path, _ := strings.Cut(uri, "://")
	_, path, _ = strings.Cut(path, "/")
	database, _, _ := strings.Cut(path, "?")
	return client, database
}
