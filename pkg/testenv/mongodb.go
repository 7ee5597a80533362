package testenv

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

var (
	sharedMongoDB    = mongodb.shared(mongodArgs)
	sharedReplicaSet = sync.OnceValues(func() (*Server, error) {
		s, err := mongodb.shared(memberArgs)()
		if err != nil {
			return nil, err
		}
		return s, s.initiate(context.Background())
	})
)

// MongoDB is the URI of a database of the test's own, which is dropped at its end: on the server of TEST_MONGODB_URI,
// or else on a mongod that the tests of this process share.
func MongoDB(t testing.TB) string {
	t.Helper()
	if uri := os.Getenv(mongodb.variable); uri != "" {
		return ownDatabase(t, uri)
	}
	return onShared(t, sharedMongoDB)
}

// ReplicaSet is like MongoDB, on a replica set of one member.
func ReplicaSet(t testing.TB) string {
	t.Helper()
	if uri := os.Getenv(mongodb.variable); strings.Contains(uri, "replicaSet=") {
		return ownDatabase(t, uri)
	}
	return onShared(t, sharedReplicaSet)
}

func onShared(t testing.TB, server func() (*Server, error)) string {
	t.Helper()
	mongodb.demand(t)
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return ownDatabase(t, s.URL)
}

// StartMongoDB starts a mongod of the test's own; args are more of its options. Its data is removed at the end.
func StartMongoDB(t testing.TB, args ...string) *Server {
	t.Helper()
	return mongodb.start(t, func(port, folder string) []string { return append(mongodArgs(port, folder), args...) })
}

// StartReplicaSet starts a replica set of one mongod of the test's own; its name is in the URL.
func StartReplicaSet(t testing.TB) *Server {
	t.Helper()
	s := mongodb.start(t, memberArgs)
	if err := s.initiate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func mongodArgs(port, folder string) []string {
	return []string{"--port", port, "--bind_ip", "127.0.0.1", "--dbpath", folder, "--wiredTigerCacheSizeGB", "0.25"}
}

func memberArgs(port, folder string) []string {
	return append(mongodArgs(port, folder), "--replSet", "test")
}

// ownDatabase puts the name of a new database into the URI, and drops the database when the test is over.
func ownDatabase(t testing.TB, uri string) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	own := withDatabase(uri, name)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		client, err := mongo.Connect(options.Client().ApplyURI(own))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = client.Disconnect(ctx) }()
		if err := client.Database(name).Drop(ctx); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return own
}

// withDatabase puts the name of the database into a URI. Users are still those of the URI's former database, or of admin.
func withDatabase(uri, name string) string {
	scheme, rest, _ := strings.Cut(uri, "://")
	rest, query, _ := strings.Cut(rest, "?")
	hosts, users, _ := strings.Cut(rest, "/")
	if strings.Contains(hosts, "@") && !strings.Contains(query, "authSource=") {
		if users == "" {
			users = "admin"
		}
		query = strings.TrimPrefix(query+"&authSource="+users, "&")
	}
	if query != "" {
		query = "?" + query
	}
	return scheme + "://" + hosts + "/" + name + query
}
