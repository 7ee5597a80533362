package mongostore_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/outbox/outboxtest"
	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/announce"
	"crm.example/services/auth/internal/store/mongostore"
	"crm.example/services/auth/internal/store/storetest"
)

func open(t testing.TB, uri string, more ...*options.ClientOptions) *mongostore.Store {
	t.Helper()
	s, err := mongostore.Open(uri, announce.Message, append([]*options.ClientOptions{mongotest.Patient()}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// database is the store's, seen by an operator.
func database(t testing.TB, uri string) *driver.Database {
	t.Helper()
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	must(t, err)
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	u, err := url.Parse(uri)
	must(t, err)
	return client.Database(strings.Trim(u.Path, "/"))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// person is a user with all that the validator wants.
func person(id string) account.User {
	now := time.Now().UTC().Truncate(time.Millisecond)
	return account.User{ID: id, Name: "Client One", Email: id + "@example.com", Role: account.RoleClient, CreatedAt: now, UpdatedAt: now}
}

// servers are the two kinds that the store runs on alike.
var servers = map[string]func(testing.TB) string{"standalone": testenv.MongoDB, "replica set": testenv.ReplicaSet}

// The suite, and every command with which the store looked for a document in it: each finds it by an index and none sorts.
// Every change waits for a majority's journal, and what is read a majority has.
func TestConformance(t *testing.T) {
	t.Parallel()
	for name, place := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var commands mongotest.Commands
			t.Run("suite", func(t *testing.T) {
				storetest.Run(t, func(t *testing.T) storetest.Open {
					uri := place(t)
					return func(t *testing.T) storetest.Store { return open(t, uri, commands.Watch()) }
				})
			})
			uri := place(t)
			s := open(t, uri)
			for _, id := range []string{"u1", "u2", "u3"} {
				must(t, s.CreateUser(t.Context(), person(id)))
			}
			if n := commands.WantIndexes(t, database(t, uri), "users", "outbox", "email"); n < 19 {
				t.Errorf("%d kinds of commands were explained; the store has more", n)
			}
			commands.WantDurable(t)
			commands.WantMajorityReads(t, nil)
		})
	}
}

// A deleted user's email is free. What the store does for it, which is to leave the email out of the tombstone and the
// tombstone out of the index, is tested on every server; that somebody else can sign up with it, where the server can do it.
func TestEmailOfADeletedUserIsFree(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s, db := open(t, uri), database(t, uri)
	leaving := person("leaving")
	must(t, s.CreateUser(t.Context(), leaving))
	_, err := s.UpdateUser(t.Context(), leaving.ID, func(u *account.User) error {
		*u = account.User{ID: u.ID, DeletedAt: u.CreatedAt}
		return nil
	})
	must(t, err)
	if n, err := db.Collection("users").CountDocuments(t.Context(), bson.M{"email": bson.M{"$exists": true}}); err != nil || n != 0 {
		t.Errorf("%d documents keep an email, %v", n, err)
	}
	if _, err := s.UserByEmail(t.Context(), leaving.Email); !problem.Is(err, problem.NotFound) {
		t.Errorf("found by the email: %v", err)
	}
	if !mongotest.FreesUniqueKeys(t, db) {
		t.Log(mongotest.KeepsUniqueKeys) // `make test` ends with it
		return
	}
	storetest.EmailOfADeletedUserIsFree(t, s)
}

// A change that puts another user in place of the one that it was given cannot mislead the store about versions, and of
// what is deleted nothing stays, not even what a newer version of the service wrote.
func TestTombstone(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s := open(t, uri)
	must(t, s.CreateUser(t.Context(), person("u1")))
	_, err := database(t, uri).Collection("users").UpdateByID(t.Context(), "u1", bson.M{"$set": bson.M{"locale": "pt"}})
	must(t, err)
	deleted, err := s.UpdateUser(within(t, 10*time.Second), "u1", func(u *account.User) error {
		*u = account.User{ID: "u1", DeletedAt: u.CreatedAt, RevocationPending: true}
		return nil
	})
	if err != nil || deleted.Version != 2 {
		t.Errorf("deleted: %+v, %v", deleted, err)
	}
	var left bson.M
	must(t, database(t, uri).Collection("users").FindOne(t.Context(), bson.M{"_id": "u1"}).Decode(&left))
	if left["name"] != "" || left["locale"] != nil || left["email"] != nil {
		t.Errorf("left of the user is %v", left)
	}
}

// A field that a newer version of the service wrote, on the outside or inside of another, survives an update by this one.
func TestUnknownFieldsSurvive(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s, users := open(t, uri), database(t, uri).Collection("users")
	u := person("u1")
	u.PIN = account.PIN{HMAC: []byte{1}, ExpiresAt: u.CreatedAt}
	must(t, s.CreateUser(t.Context(), u))
	_, err := users.UpdateByID(t.Context(), "u1", bson.M{"$set": bson.M{"locale": bson.M{"tag": "pt"}, "pin.channel": "sms"}})
	must(t, err)
	_, err = s.UpdateUser(t.Context(), "u1", func(u *account.User) error {
		u.Name, u.PINFailures.EmptyAt = "B", u.CreatedAt
		u.PIN.Attempts++
		return nil
	})
	must(t, err)
	var doc struct {
		Name   string
		Locale struct{ Tag string }
		PIN    struct {
			Channel  string
			Attempts int
		}
	}
	must(t, users.FindOne(t.Context(), bson.M{"_id": "u1"}).Decode(&doc))
	if doc.Name != "B" || doc.Locale.Tag != "pt" || doc.PIN.Channel != "sms" || doc.PIN.Attempts != 1 {
		t.Errorf("the document is now %+v", doc)
	}
	_, err = s.UpdateUser(t.Context(), "u1", func(u *account.User) error { u.PIN = account.PIN{}; return nil })
	must(t, err)
	if n, err := users.CountDocuments(t.Context(), bson.M{"pin": bson.M{"$exists": true}}); n != 0 || err != nil {
		t.Errorf("the used PIN is still there (%v)", err)
	}
}

// The relay hears of a write that has events, after it, and of no other.
func TestAnnouncedAfterEvents(t *testing.T) {
	t.Parallel()
	s := open(t, testenv.MongoDB(t))
	pending := -1
	s.Announced = func(id string) { pending = len(outboxtest.Of(t, s, id)) }
	update := func(change func(*account.User)) int {
		pending = -1
		_, err := s.UpdateUser(t.Context(), "u1", func(u *account.User) error { change(u); return nil })
		must(t, err)
		return pending
	}
	u := person("u1")
	u.Events = []account.Event{{ID: "e1", Verb: account.Registered, UserID: "u1", Sequence: 1, At: u.CreatedAt}}
	if must(t, s.CreateUser(t.Context(), u)); pending != 1 {
		t.Errorf("after the write %d events were seen", pending)
	}
	if n := update(func(u *account.User) { u.SessionEpoch++ }); n != -1 {
		t.Error("a write without events was announced")
	}
	if n := update(func(u *account.User) {
		u.Sequence++
		u.Events = []account.Event{{ID: "e2", Verb: account.Updated, UserID: "u1", Sequence: 2, At: u.CreatedAt}}
	}); n != 2 {
		t.Errorf("after the update %d events were seen", n)
	}
}
