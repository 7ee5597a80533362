package e2e_test

import (
	"bytes"
	"net/http"
	"testing"

	"crm.example/e2e/crm"
)

// ticketCalls are all that can be done with one ticket.
var ticketCalls = []struct {
	name string
	call func(p *crm.Person, id string) crm.Answer
}{
	{"read", func(p *crm.Person, id string) crm.Answer { return p.Get("/v1/ticket/" + id) }},
	{"reply", func(p *crm.Person, id string) crm.Answer {
		return p.Put("/v1/ticket/"+id, crm.Fields{"message": "Hello"})
	}},
	{"edit", func(p *crm.Person, id string) crm.Answer {
		return p.Put("/v1/ticket/"+id, crm.Fields{"subject": "Other"})
	}},
	{"close", func(p *crm.Person, id string) crm.Answer { return p.Patch("/v1/ticket/close-ticket/"+id, nil) }},
	{"delete", func(p *crm.Person, id string) crm.Answer { return p.Delete("/v1/ticket/" + id) }},
}

// To a client, somebody else's ticket does not exist: the answer is that of a ticket that never was, byte
// for byte but for the ids of the request.
func TestSomebodyElsesTicketDoesNotExist(t *testing.T) {
	t.Parallel()
	owner, other := stranger(t).SignUpClient("Client One"), stranger(t).SignUpClient("Client Two")
	ticket := owner.Open("Mine", "Only mine.")
	gone := other.Open("Gone", "To be deleted.")
	other.Delete("/v1/ticket/" + gone.ID).Want(http.StatusNoContent)

	for _, c := range ticketCalls {
		foreign, missing := c.call(other, ticket.ID), c.call(other, gone.ID)
		foreign.WantProblem(http.StatusNotFound, "not-found")
		missing.WantProblem(http.StatusNotFound, "not-found")
		wantAlike(t, c.name, foreign, missing)
		x := bytes.ReplaceAll(foreign.Body, []byte(ticket.ID), nil)
		y := bytes.ReplaceAll(missing.Body, []byte(gone.ID), nil)
		if len(x) != len(y) {
			t.Errorf("%s: %d bytes for a foreign ticket, %d for a missing one", c.name, len(x), len(y))
		}
	}
	if now := owner.Ticket(ticket.ID); now.Version != ticket.Version {
		t.Errorf("the ticket came to version %d by somebody else", now.Version)
	}
	page := crm.Read[crm.Page](other.Get("/v1/ticket").Want(http.StatusOK))
	if len(page.Items) != 0 {
		t.Errorf("a client without tickets sees %+v", page.Items)
	}
}

// An agent reads, replies to, edits and closes all, opens none of their own, and deletes none. So does an admin, who is an agent to clients.
func TestWhatAnAgentMay(t *testing.T) {
	t.Parallel()
	for role, agent := range map[string]*crm.Person{"agent": anAgent(t), "admin": stranger(t).SignUpAdmin("Agent Two")} {
		t.Run(role, func(t *testing.T) {
			agent.Client = agent.For(t)
			whatAnAgentMay(t, agent)
		})
	}
}

func whatAnAgentMay(t *testing.T, agent *crm.Person) {
	client := stranger(t).SignUpClient("Client One")
	ticket := client.Open("Question", "What may an agent do?")
	for _, c := range ticketCalls {
		answer := c.call(agent, ticket.ID)
		if c.name == "delete" {
			answer.WantProblem(http.StatusForbidden, "role-forbidden")
			continue
		}
		answer.Want(http.StatusOK)
	}
	agent.Send(crm.Request{Method: http.MethodPost, Path: "/v1/ticket", Body: crm.Fields{"subject": "Mine", "message": "Mine"}, Wrong: true}).
		WantProblem(http.StatusUnprocessableEntity, "invalid-input")
	agent.Delete("/v1/ticket/"+absent).WantProblem(http.StatusForbidden, "role-forbidden")
	agent.Get("/v1/ticket/"+absent).WantProblem(http.StatusNotFound, "not-found")
	if now := client.Ticket(ticket.ID); now.ClientID != client.User.ID || now.ClientName != client.User.Name {
		t.Errorf("the ticket belongs to %s %q", now.ClientID, now.ClientName)
	} else if reply := now.Conversation[1].Author; now.LastMessageBy != "agent" || reply.Role != "agent" || reply.ID != agent.User.ID {
		t.Errorf("the client sees a reply of %+v, last of %s", reply, now.LastMessageBy)
	}
}

// Agents see who answers clients, and what a client told of itself. Clients see neither.
func TestWhoSeesPeople(t *testing.T) {
	t.Parallel()
	agent, admin, client := anAgent(t), stranger(t).SignUpAdmin("Agent Two"), stranger(t).SignUpClient("Client One")
	client.Patch("/v1/user", crm.Fields{"phone": "030 1234567"}).Want(http.StatusOK)
	for _, p := range []*crm.Person{agent, admin} {
		roles := map[string]string{}
		for _, u := range crm.Read[struct{ Items []crm.User }](p.Get("/v1/user/agents").Want(http.StatusOK)).Items {
			roles[u.ID] = u.Role
		}
		if roles[agent.User.ID] != "agent" || roles[admin.User.ID] != "admin" || roles[client.User.ID] != "" {
			t.Errorf("agents are %v", roles)
		}
		if u := crm.Read[crm.User](p.Get("/v1/user/clients/" + client.User.ID).Want(http.StatusOK)); u.Phone != "030 1234567" || u.Email != client.User.Email {
			t.Errorf("the client is %+v", u)
		}
		p.Get("/v1/user/clients/"+agent.User.ID).WantProblem(http.StatusNotFound, "not-found")
	}
	for _, path := range []string{"/v1/user/agents", "/v1/user/clients/" + client.User.ID} {
		client.Get(path).WantProblem(http.StatusForbidden, "role-forbidden")
		stranger(t).Send(crm.Request{Method: http.MethodGet, Path: path, Wrong: true}).WantProblem(http.StatusForbidden, "token-missing")
	}
}

// absent is a well-formed id of nothing.
const absent = "01890a5d-ac96-774b-bcce-b302099a8057"

// A client does everything on its own tickets.
func TestWhatAClientMay(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	ticket := client.Open("Question", "What may a client do?")
	for _, c := range ticketCalls {
		if answer := c.call(client, ticket.ID); c.name == "delete" {
			answer.Want(http.StatusNoContent)
		} else {
			answer.Want(http.StatusOK)
		}
	}
}

// The author of a message is who the token says, and a role cannot be signed up for.
func TestNobodyCanPoseAsSomebody(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	ticket := client.Open("Question", "Who am I?")
	for path, body := range map[string]crm.Fields{
		"/v1/ticket/" + ticket.ID: {"message": "Hello", "author": crm.Fields{"role": "agent"}},
		"/v1/ticket":              {"subject": "Hello", "message": "Hello", "clientId": absent},
		"/v1/user":                {"name": "Agent", "role": "agent"},
	} {
		method := map[string]string{"/v1/ticket": http.MethodPost, "/v1/user": http.MethodPatch}[path]
		if method == "" {
			method = http.MethodPut
		}
		answer := client.Send(crm.Request{Method: method, Path: path, Body: body, Wrong: true})
		answer.WantProblem(http.StatusUnprocessableEntity, "invalid-input")
	}
}

// An agent opens a ticket for a client, who has it as if it had opened it: it waits for the client, and its key opens one.
func TestOpenForAClient(t *testing.T) {
	t.Parallel()
	agent, client, other := anAgent(t), stranger(t).SignUpClient("Client One"), stranger(t).SignUpClient("Client Two")
	in := crm.Request{
		Method: http.MethodPost, Path: "/v1/ticket", Header: http.Header{"Idempotency-Key": {"a-call"}},
		Body: crm.Fields{"subject": "Your call", "message": "We send somebody.", "clientId": client.User.ID},
	}
	var ticket crm.Ticket
	eventually(t, "the client is known", func() bool { // the event of its sign-up is on its way
		answer := agent.Send(in)
		if answer.Status == http.StatusUnprocessableEntity {
			return false
		}
		ticket = crm.Read[crm.Ticket](answer.Want(http.StatusCreated))
		return true
	})
	if again := crm.Read[crm.Ticket](agent.Send(in).Want(http.StatusCreated)); again.ID != ticket.ID {
		t.Errorf("the key opened %s and %s", ticket.ID, again.ID)
	}
	found := client.Ticket(ticket.ID)
	first := found.Conversation[0].Author
	if found.ClientID != client.User.ID || found.ClientName != "Client One" || found.Status != "pending-client" || found.LastMessageBy != "agent" || first.ID != agent.User.ID || first.Role != "agent" {
		t.Errorf("the ticket is %+v, by %+v", found.Ticket, first)
	}
	own := client.Send(crm.Request{Method: http.MethodPost, Path: "/v1/ticket", Header: in.Header, Body: crm.Fields{"subject": "Mine", "message": "Mine"}})
	if mine := crm.Read[crm.Ticket](own.Want(http.StatusCreated)); mine.ID == ticket.ID || mine.Status != "pending-agent" {
		t.Errorf("the agent's key is the client's too: %+v", mine)
	}
	other.Get("/v1/ticket/"+ticket.ID).WantProblem(http.StatusNotFound, "not-found")
	if replied := client.Reply(ticket.ID, "Thank you."); replied.Status != "pending-agent" {
		t.Errorf("after the client's reply it is %s", replied.Status)
	}
}
