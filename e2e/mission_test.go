package e2e_test

import (
	"net/http"
	"testing"

	"crm.example/e2e/crm"
)

// The mission as one story: what a client and an agent do, in the order in which they do it.
func TestMission(t *testing.T) {
	t.Parallel()
	agent := anAgent(t)
	client := signUpAndLogIn(t)

	ticket := client.Open("The invoice is wrong", "It has our old address.")
	wantTicket(t, ticket, crm.Summary{Status: "pending-agent", LastMessageBy: "client", MessageCount: 1, Version: 1})
	ticket = client.Reply(ticket.ID, "The new one is in our profile.")
	wantTicket(t, ticket, crm.Summary{Status: "pending-agent", LastMessageBy: "client", MessageCount: 2, Version: 2})
	ticket = agent.Reply(ticket.ID, "Corrected.")
	wantTicket(t, ticket, crm.Summary{Status: "pending-client", LastMessageBy: "agent", MessageCount: 3, Version: 3})
	ticket = agent.Close(ticket.ID)
	wantTicket(t, ticket, crm.Summary{Status: "closed", LastMessageBy: "agent", MessageCount: 3, Version: 4})
	ticket = client.Reply(ticket.ID, "The house number is missing.")
	wantTicket(t, ticket, crm.Summary{Status: "pending-agent", LastMessageBy: "client", MessageCount: 4, Version: 5})
	wantConversation(t, ticket, client.User, agent.User)

	client.Delete("/v1/ticket/" + ticket.ID).Want(http.StatusNoContent)
	client.Get("/v1/ticket/"+ticket.ID).WantProblem(http.StatusNotFound, "not-found")
	agent.Get("/v1/ticket/"+ticket.ID).WantProblem(http.StatusNotFound, "not-found")

	forgotPassword(t, client)
}

func signUpAndLogIn(t *testing.T) *crm.Person {
	t.Helper()
	email := crm.Email("client")
	user := stranger(t).SignUp("Client One", email)
	if user.Email != email || user.Role != "client" || user.ID == "" || user.CreatedAt == "" {
		t.Fatalf("signed up as %+v", user)
	}
	client := stranger(t).LogIn(email, crm.Password)
	if client.User != user {
		t.Errorf("login says %+v, sign-up said %+v", client.User, user)
	}
	if client.Tokens.TokenType != "Bearer" || client.Tokens.ExpiresIn != 15*60 {
		t.Errorf("token type %q, expires in %d s", client.Tokens.TokenType, client.Tokens.ExpiresIn)
	}
	if me := crm.Read[crm.User](client.Get("/v1/user").Want(http.StatusOK)); me != user {
		t.Errorf("GET /v1/user says %+v, sign-up said %+v", me, user)
	}
	return client
}

func wantTicket(t *testing.T, got crm.Ticket, want crm.Summary) {
	t.Helper()
	if got.Status != want.Status || got.LastMessageBy != want.LastMessageBy || got.MessageCount != want.MessageCount || got.Version != want.Version {
		t.Errorf("ticket is %+v, want status %s, %d messages, the last by %s, version %d",
			got, want.Status, want.MessageCount, want.LastMessageBy, want.Version)
	}
	if (got.ClosedAt != nil) != (want.Status == "closed") {
		t.Errorf("closedAt of a %s ticket is %v", got.Status, got.ClosedAt)
	}
}

func wantConversation(t *testing.T, ticket crm.Ticket, client, agent crm.User) {
	t.Helper()
	authors := []crm.User{client, client, agent, client}
	if len(ticket.Conversation) != len(authors) {
		t.Fatalf("%d messages, want %d", len(ticket.Conversation), len(authors))
	}
	for i, m := range ticket.Conversation {
		want := crm.Author{ID: authors[i].ID, Name: authors[i].Name, Role: authors[i].Role}
		if m.Seq != i+1 || m.Author != want {
			t.Errorf("message %d is number %d by %+v, want %+v", i+1, m.Seq, m.Author, want)
		}
	}
}

// forgotPassword is the rest of the story: a mailed PIN, a new password, refresh and logout.
func forgotPassword(t *testing.T, client *crm.Person) {
	t.Helper()
	const password = "another phrase of the suite"
	pin := client.AskForPIN(client.User.Email)
	client.ResetPassword(client.User.Email, pin, password).Want(http.StatusNoContent)
	client.Get("/v1/user").WantProblem(http.StatusForbidden, "token-revoked")
	client.Refresh(client.Tokens.RefreshJWT).WantProblem(http.StatusForbidden, "session-ended")
	client.TryLogIn(client.User.Email, crm.Password).WantProblem(http.StatusUnauthorized, "wrong-credentials")

	client = stranger(t).LogIn(client.User.Email, password)
	tokens := crm.Read[crm.Tokens](client.Refresh(client.Tokens.RefreshJWT).Want(http.StatusOK))
	now := client.With(tokens.AccessJWT)
	now.Get("/v1/user").Want(http.StatusOK)
	now.Delete("/v1/user/logout").Want(http.StatusNoContent)
	now.Get("/v1/user").WantProblem(http.StatusForbidden, "token-revoked")
	now.Refresh(tokens.RefreshJWT).WantProblem(http.StatusForbidden, "session-ended")
	now.Delete("/v1/user/logout").Want(http.StatusNoContent) // once more does no harm
}
