package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"crm.example/e2e/crm"
	"crm.example/e2e/stream"
)

// Every change of a ticket is announced, in order, its sequence without a gap.
func TestTicketEvents(t *testing.T) {
	t.Parallel()
	agent, client := anAgent(t), stranger(t).SignUpClient("Client One")
	reader := stream.Read(t, deployment.NATSURL, "CRM_TICKETS", "crm.ticket.*."+client.User.ID+".>")

	ticket := client.Open("Announce", "First.")
	agent.Reply(ticket.ID, "Second.")
	client.Put("/v1/ticket/"+ticket.ID, crm.Fields{"subject": "Announce this", "priority": "urgent"}).Want(http.StatusOK)
	agent.Close(ticket.ID)
	agent.Close(ticket.ID) // changes nothing, announces nothing
	client.Reply(ticket.ID, "Third.")
	client.Delete("/v1/ticket/" + ticket.ID).Want(http.StatusNoContent)

	events := reader.Next(6)
	for i, verb := range []string{"created", "replied", "updated", "closed", "reopened", "deleted"} {
		wantEnvelope(t, events[i], "ticket", verb, ticket.ID, i+1)
		if want := fmt.Sprintf("crm.ticket.%s.%s.%s", verb, client.User.ID, ticket.ID); events[i].On != want {
			t.Errorf("%s came on %s, want %s", verb, events[i].On, want)
		}
	}
	wantTicketData(t, events, client.User, agent.User)
	wantNoSecrets(t, events, crm.Password, client.Tokens.AccessJWT, client.Tokens.RefreshJWT, agent.Tokens.AccessJWT)
}

func wantEnvelope(t *testing.T, e stream.Event, resource, verb, subject string, sequence int) {
	t.Helper()
	want := crm.Event{
		SpecVersion: "1.0", Source: "/crm/" + resource, Type: "crm." + resource + "." + verb + ".v1", Subject: subject,
		DataContentType: "application/json", Sequence: fmt.Sprintf("%010d", sequence), ID: e.ID, Time: e.Time, Data: e.Data,
	}
	if fmt.Sprint(e.Event) != fmt.Sprint(want) || e.ID == "" || e.Time == "" {
		t.Errorf("event %d: %s\nwant %+v", sequence, e.Raw, want)
	}
}

func wantTicketData(t *testing.T, events []stream.Event, client, agent crm.User) {
	t.Helper()
	authors := []crm.User{client, agent, client, agent, client}
	messages := []string{"First.", "Second.", "", "", "Third."}
	changed := [][]string{nil, {"status"}, {"subject", "priority"}, {"status"}, {"status"}}
	for i, author := range authors {
		data := decode[crm.TicketData](t, events[i].Data)
		if data.Actor != (crm.Author{ID: author.ID, Name: author.Name, Role: author.Role}) {
			t.Errorf("event %d: actor %+v", i+1, data.Actor)
		}
		if data.Ticket.Version != i+1 || data.Ticket.ClientID != client.ID || bytes.Contains(events[i].Raw, []byte(`"conversation"`)) {
			t.Errorf("event %d: ticket %+v", i+1, data.Ticket)
		}
		if (data.Message != nil) != (messages[i] != "") || data.Message != nil && data.Message.Message != messages[i] {
			t.Errorf("event %d: message %+v, want %q", i+1, data.Message, messages[i])
		}
		if !slices.Equal(data.Changed, changed[i]) {
			t.Errorf("event %d: changed %v, want %v", i+1, data.Changed, changed[i])
		}
	}
	for _, text := range []string{client.Name, "Announce", "First."} {
		if bytes.Contains(events[5].Raw, []byte(text)) {
			t.Errorf("the event deleted carries more than ids: %s", events[5].Raw)
		}
	}
}

// What happens to a user is announced as well, and no secret with it.
func TestUserEvents(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	reader := stream.Read(t, deployment.NATSURL, "CRM_USERS", "crm.user.*."+client.User.ID)
	client.Patch("/v1/user", crm.Fields{"name": "Client Renamed", "phone": "030 1234567"}).Want(http.StatusOK)
	client.Grant(client.User.Email, "agent")
	pin := client.AskForPIN(client.User.Email)
	client.ResetPassword(client.User.Email, pin, newPassword).Want(http.StatusNoContent)
	client.LogIn(client.User.Email, newPassword).Put("/v1/user/password", crm.Fields{"password": newPassword, "newPassword": crm.Password}).Want(http.StatusOK)

	events := reader.Next(5)
	for i, verb := range []string{"registered", "updated", "role-changed", "password-reset", "password-changed"} {
		wantEnvelope(t, events[i], "user", verb, client.User.ID, i+1)
		if want := "crm.user." + verb + "." + client.User.ID; events[i].On != want {
			t.Errorf("%s came on %s, want %s", verb, events[i].On, want)
		}
	}
	first := decode[struct{ User map[string]string }](t, events[0].Data)
	want := map[string]string{"id": client.User.ID, "name": "Client One", "email": client.User.Email, "role": "client"}
	if fmt.Sprint(first.User) != fmt.Sprint(want) {
		t.Errorf("registered: %v, want %v", first.User, want)
	}
	last := decode[struct{ User crm.User }](t, events[4].Data).User
	if last.Name != "Client Renamed" || last.Role != "agent" {
		t.Errorf("password-changed: %+v", last)
	}
	wantNoSecrets(t, events, crm.Password, newPassword, pin, client.Tokens.AccessJWT, client.Tokens.RefreshJWT, "$2")
}

func wantNoSecrets(t *testing.T, events []stream.Event, secrets ...string) {
	t.Helper()
	for _, e := range events {
		for _, secret := range secrets {
			if bytes.Contains(e.Raw, []byte(secret)) {
				t.Errorf("%s carries a secret: %s", e.Type, e.Raw)
			}
		}
	}
}

func decode[T any](t *testing.T, raw json.RawMessage) (value T) {
	t.Helper()
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	return value
}
