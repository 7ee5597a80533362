package mongostore_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/testenv"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/mongostore"
	"crm.example/services/ticket/internal/store/storetest"
)

// servers are the two kinds that the store runs on alike.
var servers = map[string]struct {
	shared func(testing.TB) string
	own    func(testing.TB) *testenv.Server
}{
	"standalone":  {testenv.MongoDB, func(t testing.TB) *testenv.Server { return testenv.StartMongoDB(t) }},
	"replica set": {testenv.ReplicaSet, testenv.StartReplicaSet},
}

// The suite; and the server tells of every command with which the store looked for a document in it how it would run it.
// Every change waits for a majority's journal, and what is read a majority has, but where a change is made on it.
func TestStore(t *testing.T) {
	t.Parallel()
	for name, on := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var commands mongotest.Commands
			t.Run("suite", func(t *testing.T) {
				storetest.Run(t, func(t *testing.T, encode storetest.Encode) (storetest.Store, func() storetest.Store) {
					if strings.HasSuffix(t.Name(), "/Facts") {
						return open(t, on.shared(t), encode), nil // it aggregates, which no server explains like the others; each query names its index
					}
					if !strings.HasSuffix(t.Name(), "/Crash") {
						return open(t, on.shared(t), encode, commands.Watch()), nil
					}
					own := on.own(t)
					return crashing(t, own, ownURI(own), encode)
				})
			})
			uri := on.shared(t)
			s := open(t, uri, announce.Message)
			for _, id := range []string{"t1", "t2", "t3"} {
				newTicket(t, s, id)
			}
			if n := commands.WantIndexes(t, database(t, uri), "tickets", "outbox", "client"); n < 22 {
				t.Errorf("%d kinds of commands were explained; the store has more", n)
			}
			commands.WantDurable(t)
			commands.WantMajorityReads(t, isHead)
		})
	}
}

// isHead tells the read that a change is made on: it waits with the change.
func isHead(command bson.Raw) bool {
	_, err := command.LookupErr("projection", "size")
	whole, _ := command.Lookup("projection", "conversation").BooleanOK()
	return err == nil && !whole
}

// crashing crashes the server before it opens the store again.
func crashing(t *testing.T, server *testenv.Server, uri string, encode storetest.Encode) (storetest.Store, func() storetest.Store) {
	return open(t, uri, encode), func() storetest.Store {
		server.Kill()
		server.Start()
		return open(t, uri, encode)
	}
}

func TestKeyOfADeletedTicketIsFree(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	if !mongotest.FreesUniqueKeys(t, database(t, uri)) {
		t.Log(mongotest.KeepsUniqueKeys) // `make test` ends with it
		return
	}
	storetest.KeyOfADeletedTicketIsFree(t, func(t *testing.T, encode storetest.Encode) (storetest.Store, func() storetest.Store) {
		return open(t, uri, encode), nil
	})
}

func open(t testing.TB, uri string, encode storetest.Encode, more ...*options.ClientOptions) *mongostore.Store {
	t.Helper()
	s, err := mongostore.Open(uri, encode, append([]*options.ClientOptions{mongotest.Patient()}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // a test may have closed it
	return s
}

// database is the store's, seen by an operator.
func database(t testing.TB, uri string) *driver.Database {
	t.Helper()
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	return client.Database(strings.Trim(u.Path, "/"))
}

// ownURI is that of a database on a server of the test's own.
func ownURI(server *testenv.Server) string {
	hosts, query, _ := strings.Cut(strings.TrimPrefix(server.URL, "mongodb://"), "/")
	return "mongodb://" + hosts + "/ticket" + query
}

// stored is the document as it lies there.
func stored(t *testing.T, db *driver.Database, id string) bson.M {
	t.Helper()
	var d bson.M
	if err := db.Collection("tickets").FindOne(t.Context(), bson.M{"_id": id}).Decode(&d); err != nil {
		t.Fatal(err)
	}
	return d
}
