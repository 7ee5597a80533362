package ticket_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/events"
	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/problem"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
	"crm.example/services/ticket"
)

// stores are the ways in which a site may keep its tickets.
var stores = map[string]func(*testing.T) func(*ticket.Config){
	"SQLite": func(*testing.T) func(*ticket.Config) { return func(*ticket.Config) {} },
	"MongoDB": func(t *testing.T) func(*ticket.Config) {
		uri := testenv.MongoDB(t)
		return func(cfg *ticket.Config) { cfg.StoreURL = uri }
	},
}

// deleteAccount announces what auth does when a user has been deleted.
func deleteAccount(t *testing.T, conn *nats.Conn, u user) {
	t.Helper()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	if err := streams.Ensure(t.Context(), js, streams.Of(events.UserStream, 0)); err != nil {
		t.Fatal(err)
	}
	head := events.Head{ID: uuid.NewString(), Verb: "deleted", Sequence: 2, At: time.Now()}
	m, err := events.NewUserMessage(head, u.id, events.UserData{User: events.User{ID: u.id}})
	if err == nil {
		_, err = js.Publish(t.Context(), m.Subject, m.Body)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

// subjects are those of the stream's messages about a client, by verb.
func verbsIn(t *testing.T, conn *nats.Conn, stream, subjects string) (verbs []string) {
	t.Helper()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	var s jetstream.Stream
	eventually(t, "the service has made "+stream, func() bool {
		if s, err = js.Stream(t.Context(), stream); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			t.Fatal(err)
		}
		return err == nil
	})
	info, err := s.Info(t.Context(), jetstream.WithSubjectFilter(subjects))
	if err != nil {
		t.Fatal(err)
	}
	for subject, n := range info.State.Subjects {
		verbs = append(verbs, slices.Repeat([]string{strings.Split(subject, ".")[2]}, int(n))...)
	}
	slices.Sort(verbs)
	return verbs
}

// All tickets of a deleted client go, also those that it had deleted itself as far as the stream still tells of them;
// nobody else's do.
func TestTicketsOfADeletedClient(t *testing.T) {
	t.Parallel()
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := testenv.NATS(t)
			s := newSiteWith(t, conn, store(t))
			s.run()
			client, other, agent := s.login("client", "Client One"), s.login("client", "Client Two"), s.login("agent", "Agent One")
			gone, kept := s.open(client), s.open(other)
			s.call(client, "DELETE", "/v1/ticket/"+s.open(client).ID, "")
			s.call(agent, "PUT", "/v1/ticket/"+gone.ID, `{"message":"Run"}`).ticket(http.StatusOK)
			for _, id := range []string{gone.ID, kept.ID} {
				s.call(agent, "POST", "/v1/ticket/"+id+"/notes", `{"message": "Client One called"}`)
				s.call(agent, "PATCH", "/v1/ticket/"+id+"/desk", `{"addTags": ["fire"]}`).handled(http.StatusOK)
			}
			published(t, conn, 9)

			deleteAccount(t, conn, client)
			eventually(t, "the streams tell of the deletions only", func() bool {
				return slices.Equal(verbsIn(t, conn, events.TicketStream, "crm.ticket.*."+client.id+".*"), []string{"deleted", "deleted"})
			})
			if left := verbsIn(t, conn, events.TicketStream, "crm.ticket.*.desk."+gone.ID); len(left) > 0 {
				t.Errorf("of the desk there are %v", left)
			}
			if left := verbsIn(t, conn, events.TicketStream, "crm.ticket.*.desk."+kept.ID); !slices.Equal(left, []string{"noted", "tagged"}) {
				t.Errorf("of somebody else's ticket there are %v", left)
			}
			s.call(agent, "GET", "/v1/ticket/"+gone.ID, "").problem(problem.NotFound)
			if ids := s.all(agent, ""); !slices.Equal(ids, []string{kept.ID}) {
				t.Errorf("left are %v, want %s", ids, kept.ID)
			}
			if verbs := verbsIn(t, conn, events.TicketStream, "crm.ticket.*."+other.id+".*"); !slices.Equal(verbs, []string{"created"}) {
				t.Errorf("of another client the stream tells %v", verbs)
			}
		})
	}
}

// A token that still counts opens nothing that stays, whether or not with a key that was used before.
func TestTicketsOpenedAfterADeletion(t *testing.T) {
	t.Parallel()
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := testenv.NATS(t)
			var cfg ticket.Config
			s := newSiteWith(t, conn, store(t), func(c *ticket.Config) { cfg = *c })
			s.run()
			client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
			keys := slices.Repeat([]string{"key"}, 4)
			if !freesKeys(t, cfg) {
				keys = []string{"key-1", "key-2", "key-3", "key-4"}
			}
			s.call(client, "POST", "/v1/ticket", printer, "Idempotency-Key", keys[0]).ticket(http.StatusCreated)
			deleteAccount(t, conn, client)
			eventually(t, "the ticket is gone", func() bool { return len(s.all(agent, "")) == 0 })
			for _, key := range keys[1:] {
				s.call(client, "POST", "/v1/ticket", printer, "Idempotency-Key", key).problem(problem.TokenRevoked)
				s.call(client, "POST", "/v1/ticket", printer).problem(problem.TokenRevoked)
			}
			eventually(t, "all are gone again", func() bool {
				verbs := verbsIn(t, conn, events.TicketStream, "crm.ticket.*."+client.id+".*")
				return len(s.all(agent, "")) == 0 && len(verbs) > 1 && verbs[0] == "deleted" && verbs[len(verbs)-1] == "deleted"
			})
		})
	}
}

// freesKeys tells whether the key of a deleted ticket may be used again, as both stores promise.
func freesKeys(t *testing.T, cfg ticket.Config) bool {
	t.Helper()
	u, err := url.Parse(cfg.StoreURL)
	if err != nil {
		t.Fatal(err)
	}
	if u.Scheme == "sqlite" {
		return true
	}
	client, err := mongo.Connect(options.Client().ApplyURI(cfg.StoreURL))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.Background()) }()
	if mongotest.FreesUniqueKeys(t, client.Database(strings.Trim(u.Path, "/"))) {
		return true
	}
	t.Log(mongotest.KeepsUniqueKeys) // `make test` ends with it
	return false
}

// An agent's replies stay with their text, also those that are written while the account is deleted, under a name that
// is nobody's. No version and no event tells of it.
func TestRepliesOfADeletedAgent(t *testing.T) {
	t.Parallel()
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := testenv.NATS(t)
			s := newSiteWith(t, conn, store(t))
			s.run()
			client, agent, other := s.login("client", "Client One"), s.login("agent", "Agent One"), s.login("agent", "Agent Two")
			path := "/v1/ticket/" + s.open(client).ID
			s.call(agent, "PUT", path, `{"message":"Run"}`, "Idempotency-Key", "agents-key").ticket(http.StatusOK)
			s.call(other, "PUT", path, `{"message":"Far"}`).ticket(http.StatusOK)
			authors := func() (names []string) {
				for _, m := range s.call(client, "GET", path, "").ticket(http.StatusOK).Conversation {
					names = append(names, m.Author.Name)
				}
				return names
			}
			deleteAccount(t, conn, agent)
			eventually(t, "the name is gone", func() bool { return !slices.Contains(authors(), "Agent One") })
			s.call(agent, "PUT", path, `{"message":"Farther"}`).problem(problem.TokenRevoked)
			eventually(t, "and gone again", func() bool { return !slices.Contains(authors(), "Agent One") })
			now := s.call(client, "GET", path, "").ticket(http.StatusOK)
			if want := []string{"Client One", "Former agent", "Agent Two", "Former agent"}; !slices.Equal(authors(), want) {
				t.Errorf("authors are %v, want %v", authors(), want)
			}
			if m := now.Conversation[1]; m.Message != "Run" || m.Author.ID != agent.id || m.Author.Role != "agent" || now.Version != 4 || now.LastMessageBy != "agent" {
				t.Errorf("the ticket is now %+v", now)
			}
			published(t, conn, 4)
		})
	}
}

// The service was away while the account was deleted, and may be told twice.
func TestDeletionWhileTheServiceIsAway(t *testing.T) {
	t.Parallel()
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := testenv.NATS(t)
			s := newSiteWith(t, conn, store(t))
			client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
			s.open(client)
			deleteAccount(t, conn, client)
			deleteAccount(t, conn, client)
			stop := s.run()
			eventually(t, "the ticket is gone", func() bool { return len(s.all(agent, "")) == 0 })
			stop()
			s.call(client, "POST", "/v1/ticket", printer).problem(problem.TokenRevoked)
			s.run()
			eventually(t, "the late one too", func() bool { return len(s.all(agent, "")) == 0 })
		})
	}
}
