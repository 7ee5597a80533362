package ticket_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
	service "crm.example/services/ticket"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/mongostore"
	"crm.example/services/ticket/internal/store/sqlitestore"
	"crm.example/services/ticket/internal/ticket"
)

// peopleStore is the part of the service's store that says who has an account.
type peopleStore interface {
	ticket.People
	Close() error
}

// people opens the store beside the service.
func (s *site) people() peopleStore {
	s.t.Helper()
	var store peopleStore
	var err error
	if path, file := strings.CutPrefix(s.storeURL, "sqlite:"); file {
		store, err = sqlitestore.Open(s.t.Context(), path, announce.Message)
	} else {
		store, err = mongostore.Open(s.storeURL, announce.Message)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = store.Close() })
	return store
}

// knows has the service know a user as if an event had told of it, without NATS.
func (s *site) knows(u user) user {
	s.t.Helper()
	person := ticket.Person{ID: u.id, Name: u.name, Email: u.id + "@example.com", Role: ticket.Role(u.role), Sequence: 1}
	if err := s.people().SavePerson(s.t.Context(), person); err != nil {
		s.t.Fatal(err)
	}
	return u
}

// tellOf announces what auth does when something happened to a user.
func tellOf(t *testing.T, conn *nats.Conn, verb string, sequence int, u events.User) {
	t.Helper()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	if err := streams.Ensure(t.Context(), js, streams.Of(events.UserStream, 0)); err != nil {
		t.Fatal(err)
	}
	head := events.Head{ID: uuid.NewString(), Verb: verb, Sequence: sequence, At: time.Now()}
	m, err := events.NewUserMessage(head, u.ID, events.UserData{User: u})
	if err == nil {
		_, err = js.Publish(t.Context(), m.Subject, m.Body)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The service knows everybody whom the stream tells of, from before its own start too, as the newest event says, and nobody
// whose account was deleted.
func TestPeople(t *testing.T) {
	t.Parallel()
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := testenv.NATS(t)
			agent := events.User{ID: uuid.NewString(), Name: "Agent One", Email: "agent@example.com", Role: "client"}
			gone := events.User{ID: uuid.NewString(), Name: "Client One", Email: "client@example.com", Role: "client"}
			tellOf(t, conn, "registered", 1, agent)
			tellOf(t, conn, "registered", 1, gone)
			s := newSiteWith(t, conn, store(t))
			s.run()
			people := s.people()
			eventually(t, "it knows who was there before", func() bool { return known(t, people, agent, 1) && known(t, people, gone, 1) })
			agent.Role = "agent"
			tellOf(t, conn, "role-changed", 2, agent)
			eventually(t, "it knows the new role", func() bool { return known(t, people, agent, 2) })
			deleteAccount(t, conn, user{id: gone.ID})
			eventually(t, "it knows the deleted one no more", func() bool {
				_, err := people.PersonByID(t.Context(), gone.ID)
				return problem.Is(err, problem.NotFound)
			})
			agent.Name = "Agent Two"
			tellOf(t, conn, "updated", 3, agent)
			eventually(t, "it knows the new name", func() bool { return known(t, people, agent, 3) })
			if _, err := people.PersonByID(t.Context(), gone.ID); !problem.Is(err, problem.NotFound) {
				t.Errorf("the deletion came after all and left the person: %v", err)
			}
		})
	}
}

func known(t *testing.T, people ticket.People, u events.User, sequence int) bool {
	t.Helper()
	got, err := people.PersonByID(t.Context(), u.ID)
	if err != nil && !problem.Is(err, problem.NotFound) {
		t.Fatal(err)
	}
	return got == ticket.Person{ID: u.ID, Name: u.Name, Email: u.Email, Role: ticket.Role(u.Role), Sequence: sequence}
}

// A store that a backup brought back has never heard of those who came since. One that knows nobody has itself told of everybody; of one
// that knows some, an operator says so.
func TestPeopleAfterARestore(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	agent, older := events.User{ID: uuid.NewString(), Name: "Agent One", Email: "agent@example.com", Role: "agent"}, ticket.Person{ID: uuid.NewString(), Sequence: 1}
	tellOf(t, conn, "registered", 1, agent)
	before := newSiteWith(t, conn)
	stop, people := before.run(), before.people()
	eventually(t, "it knows the agent", func() bool { return known(t, people, agent, 1) })
	stop()
	for _, empty := range []bool{true, false} {
		restored := newSiteWith(t, conn)
		people := restored.people()
		if !empty {
			if err := people.SavePerson(t.Context(), older); err != nil {
				t.Fatal(err)
			}
			cfg := service.Defaults()
			cfg.StoreURL = restored.storeURL
			if err := service.ReadPeopleAgain(t.Context(), cfg, conn); err != nil {
				t.Fatal(err)
			}
		}
		stop := restored.run()
		eventually(t, "it knows the agent again", func() bool { return known(t, people, agent, 1) })
		stop()
	}
}

// An agent who becomes a client, or whose account is deleted, is taken off the open tickets, each with its event. Closed ones keep
// whose they were.
func TestAgentsWhoLeave(t *testing.T) {
	t.Parallel()
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := testenv.NATS(t)
			s := newSiteWith(t, conn, store(t))
			client, agent, changes, goes := s.login("client", "Client One"), s.login("agent", "Agent One"), s.login("agent", "Agent Two"), s.login("agent", "Agent Three")
			for _, u := range []user{client, agent, changes, goes} {
				tellOf(t, conn, "registered", 1, events.User{ID: u.id, Name: u.name, Email: u.id + "@example.com", Role: u.role})
			}
			s.run()
			people := s.people()
			eventually(t, "it knows them", func() bool { _, err := people.PersonByID(t.Context(), goes.id); return err == nil })
			assigned := map[string]user{}
			for _, u := range []user{agent, changes, goes} {
				for _, closed := range []bool{false, true} {
					id := s.open(client).ID
					s.call(agent, "PATCH", "/v1/ticket/"+id+"/desk", `{"assigneeId": "`+u.id+`"}`).ticket(200)
					if closed {
						s.call(agent, "PATCH", "/v1/ticket/close-ticket/"+id, "").ticket(200)
					}
					assigned[id] = u
				}
			}
			tellOf(t, conn, "role-changed", 2, events.User{ID: changes.id, Name: changes.name, Email: changes.id + "@example.com", Role: "client"})
			deleteAccount(t, conn, goes)
			ids := func(query string) int { return len(s.all(agent, query)) }
			eventually(t, "the open tickets of those who left are nobody's", func() bool { return ids("assignee="+changes.id) == 1 && ids("assignee="+goes.id) == 1 })
			if n := ids("assignee=" + agent.id); n != 2 {
				t.Errorf("who stays has %d tickets", n)
			}
			eventually(t, "each has its event", func() bool { return len(verbsIn(t, conn, events.TicketStream, "crm.ticket.assigned.>")) == 6+2 })
		})
	}
}
