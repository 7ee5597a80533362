package ticket_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
	"crm.example/services/ticket"
)

func inMongoDB(uri string) func(*ticket.Config) {
	return func(cfg *ticket.Config) { cfg.StoreURL = uri }
}

func TestOnMongoDB(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	s := newSiteWith(t, conn, inMongoDB(testenv.MongoDB(t)))
	s.run()
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	opened := s.call(client, "POST", "/v1/ticket", printer, "Idempotency-Key", "key").ticket(http.StatusCreated)
	if again := s.call(client, "POST", "/v1/ticket", printer, "Idempotency-Key", "key").ticket(http.StatusCreated); again.ID != opened.ID {
		t.Errorf("the same key opened %s and %s", opened.ID, again.ID)
	}
	path := "/v1/ticket/" + opened.ID
	replied := s.call(agent, "PUT", path, `{"message": "Run", "priority": "urgent"}`).ticket(http.StatusOK)
	checkLast(t, replied, 2, agent, "Run")
	s.call(agent, "PATCH", "/v1/ticket/close-ticket/"+opened.ID, "").ticket(http.StatusOK)
	if found := s.call(client, "GET", path, "").ticket(http.StatusOK); found.Status != "closed" || len(found.Conversation) != 2 {
		t.Errorf("found %+v", found)
	}
	s.call(client, "DELETE", path, "")
	s.call(client, "GET", path, "").problem(problem.NotFound)
	checkInOrder(t, published(t, conn, 4), []string{path}, 4)
}

// Service and server start in any order.
func TestUnreadyUntilMongoDBIsThere(t *testing.T) {
	t.Parallel()
	server := testenv.StartMongoDB(t)
	server.Stop()
	s := newSite(t, inMongoDB(strings.TrimSuffix(server.URL, "/")+"/ticket"))
	client := s.login("client", "Client One")
	unready := s.call(user{}, "GET", "/readyz", "")
	unready.problem(problem.Unavailable)
	if !strings.Contains(string(unready.body), "MongoDB") {
		t.Errorf("/readyz does not name what is missing: %s", unready.body)
	}
	s.call(client, "POST", "/v1/ticket", printer).problem(problem.Unavailable)
	server.Start()
	s.awaitReady()
	s.open(client)
}

// A database without its unique index makes the service unready, and readiness says which.
func TestUnreadyWithoutKeyIndex(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s := newSite(t, inMongoDB(uri))
	s.awaitReady()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.Background()) }()
	_, name, _ := strings.Cut(strings.TrimPrefix(uri, "mongodb://"), "/")
	name, _, _ = strings.Cut(name, "?")
	if err := client.Database(name).Collection("tickets").Indexes().DropOne(t.Context(), "client_key"); err != nil {
		t.Fatal(err)
	}
	var unready answer
	eventually(t, "/readyz says no", func() bool { // it keeps its answer for a moment
		unready = s.call(user{}, "GET", "/readyz", "")
		return unready.status != http.StatusOK
	})
	unready.problem(problem.Unavailable)
	if !strings.Contains(string(unready.body), "tickets has no index client_key") {
		t.Errorf("/readyz does not name what is missing: %s", unready.body)
	}
}

func (s *site) awaitReady() {
	s.t.Helper()
	for begun := time.Now(); s.call(user{}, "GET", "/readyz", "").status != http.StatusOK; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 20*time.Second {
			s.t.Fatal("not ready with its server")
		}
	}
}
