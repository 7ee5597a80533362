package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/e2e/crm"
	"crm.example/e2e/stream"
)

const deletion = "/v1/user/delete-account"

// A deleted account takes its sessions along at once, and its tickets soon.
func TestDeletedAccount(t *testing.T) {
	t.Parallel()
	agent, client, other := anAgent(t), stranger(t).SignUpClient("Client One"), stranger(t).SignUpClient("Client Two")
	ticket, kept := client.Open("Question", "What stays of me?"), other.Open("Question", "And of me?")
	agent.Reply(ticket.ID, "Nothing.")
	dead := setAside(t, "dead.user.suite."+client.User.ID, "dead.ticket.suite."+client.User.ID+"."+ticket.ID)

	answer := client.Patiently(crm.Request{Method: http.MethodPost, Path: deletion, Body: crm.Fields{"password": "not the phrase of the suite"}})
	answer.WantProblem(http.StatusUnprocessableEntity, "invalid-input")
	if dead() != 2 {
		t.Error("the dead letters are not there")
	}
	client.Patiently(crm.Request{Method: http.MethodPost, Path: deletion, Body: crm.Fields{"password": crm.Password}}).Want(http.StatusNoContent)

	client.Get("/v1/user").WantProblem(http.StatusForbidden, "token-revoked")
	client.Get("/v1/ticket").WantProblem(http.StatusForbidden, "token-revoked")
	client.Post(deletion, crm.Fields{"password": crm.Password}).WantProblem(http.StatusForbidden, "token-revoked")
	if answer := client.Refresh(client.Tokens.RefreshJWT); answer.Status != http.StatusForbidden {
		t.Errorf("its refresh JWT: %d %s", answer.Status, answer.Body)
	}
	client.TryLogIn(client.User.Email, crm.Password).WantProblem(http.StatusUnauthorized, "wrong-credentials")
	eventually(t, "the ticket is gone", func() bool { return agent.Get("/v1/ticket/"+ticket.ID).Status == http.StatusNotFound })
	agent.Get("/v1/ticket/" + kept.ID).Want(http.StatusOK)
	for name, subjects := range map[string]string{"CRM_USERS": "crm.user.*." + client.User.ID, "CRM_TICKETS": "crm.ticket.*." + client.User.ID + ".>"} {
		eventually(t, name+" tells of the deletion only", func() bool {
			oldest := stream.Read(t, deployment.NATSURL, name, subjects).Next(1)[0]
			return strings.HasSuffix(oldest.Type, ".deleted.v1")
		})
	}
	eventually(t, "the dead letters are gone", func() bool { return dead() == 0 })
}

// setAside stores dead letters as a consumer does that cannot handle an event. left counts those that are still there.
func setAside(t *testing.T, subjects ...string) (left func() int) {
	t.Helper()
	conn, err := nats.Connect(deployment.NATSURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	for _, subject := range subjects {
		if _, err := js.Publish(t.Context(), subject, []byte("{}")); err != nil {
			t.Fatalf("%s: %v", subject, err)
		}
	}
	return func() (n int) {
		for i, name := range []string{"CRM_USERS_DEAD", "CRM_TICKETS_DEAD"} {
			s, err := js.Stream(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			info, err := s.Info(t.Context(), jetstream.WithSubjectFilter(subjects[i]))
			if err != nil {
				t.Fatal(err)
			}
			n += len(info.State.Subjects)
		}
		return n
	}
}

// An agent's replies stay under a name that is nobody's.
func TestDeletedAgent(t *testing.T) {
	t.Parallel()
	agent, client := stranger(t).SignUpAgent("Agent Gone"), stranger(t).SignUpClient("Client One")
	ticket := client.Open("Question", "Who answers?")
	replied := agent.Reply(ticket.ID, "I do.")
	agent.Patiently(crm.Request{Method: http.MethodPost, Path: deletion, Body: crm.Fields{"password": crm.Password}}).Want(http.StatusNoContent)
	eventually(t, "the agent's name is gone", func() bool { return client.Ticket(ticket.ID).Conversation[1].Author.Name == "Former agent" })
	now := client.Ticket(ticket.ID)
	if reply := now.Conversation[1]; reply.Message != "I do." || reply.Author.ID != agent.User.ID || reply.Author.Role != "agent" || now.Version != replied.Version {
		t.Errorf("the ticket is now %+v", now)
	}
}

func TestBadDeletions(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	row := func(name string, body crm.Fields, fields ...string) bad {
		b := invalid(name, http.MethodPost, deletion, body, fields...)
		b.as = "client"
		return b
	}
	s.refuse(t, []bad{
		row("nothing", crm.Fields{}, "/password required"),
		row("empty", crm.Fields{"password": ""}, "/password required"),
		row("null", crm.Fields{"password": nil}, "/password invalid"),
		row("an operator", crm.Fields{"password": crm.Fields{"$gt": ""}}, "/password invalid"),
		row("73 bytes", crm.Fields{"password": crm.Password + strings.Repeat("x", 73-len(crm.Password))}, "/password too-long"),
		row("NUL", crm.Fields{"password": crm.Password + "\x00" + crm.Password}, "/password invalid"),
		row("capitals", crm.Fields{"password": strings.ToUpper(crm.Password)}, "/password invalid"),
		row("somebody else", crm.Fields{"password": crm.Password, "id": absent}, "/id unknown"),
	})
}
