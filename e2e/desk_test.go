package e2e_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"crm.example/e2e/crm"
	"crm.example/e2e/stream"
	"crm.example/pkg/events"
)

// What agents do among themselves is told to agents, on subjects of its own, and to no client.
func TestDeskEvents(t *testing.T) {
	t.Parallel()
	agent, client := anAgent(t), stranger(t).SignUpClient("Client One")
	ticket := client.Open("Handle", "First.")
	reader := stream.Read(t, deployment.NATSURL, "CRM_TICKETS", "crm.ticket.*.*."+ticket.ID)
	path := "/v1/ticket/" + ticket.ID

	until := time.Now().Add(time.Hour).UTC().Format(events.TimeLayout)
	tagged := crm.Read[events.WholeDeskTicket](agent.Patch(path+"/desk", crm.Fields{"addTags": []string{"Fire", "printer"}}).Want(http.StatusOK))
	if !slices.Equal(tagged.Tags, []string{"fire", "printer"}) || tagged.Number < 1 {
		t.Errorf("tagged: %+v", tagged)
	}
	agent.Send(crm.Request{
		Method: http.MethodPatch, Path: path + "/desk", Header: http.Header{"If-Match": {`"2"`}}, Body: crm.Fields{"snoozedUntil": until, "removeTags": []string{"smoke"}},
	}).Want(http.StatusOK)
	client.Reply(ticket.ID, "Second.")
	agent.Put(path, crm.Fields{"message": "Lost.", "lastSeq": 1}).WantProblem(http.StatusConflict, "conversation-moved")
	agent.Put(path, crm.Fields{"message": "Third.", "lastSeq": 2}).Want(http.StatusOK)
	note := agent.Send(crm.Request{
		Method: http.MethodPost, Path: path + "/notes", Header: http.Header{"Idempotency-Key": {"key"}}, Body: crm.Fields{"message": "The hinge is on order."},
	}).Want(http.StatusCreated)
	assign(t, agent, ticket.ID)
	agent.Close(ticket.ID)
	client.Put(path+"/rating", crm.Fields{"score": 4}).Want(http.StatusOK)
	rated := crm.Read[crm.Ticket](client.Send(crm.Request{
		Method: http.MethodPut, Path: path + "/rating", Header: http.Header{"If-Match": {`"9"`}}, Body: crm.Fields{"score": 5, "comment": "It opens again."},
	}).Want(http.StatusOK))
	if rated.Rating == nil || rated.Rating.Score != 5 || rated.Rating.Comment != "It opens again." {
		t.Errorf("rated: %+v", rated)
	}
	next := client.Post("/v1/ticket", crm.Fields{"subject": "Again", "message": "It is stuck again.", "followUpOf": ticket.ID}).Want(http.StatusCreated)
	goneOn := crm.Read[crm.Ticket](next)
	client.Close(goneOn.ID)
	client.Put("/v1/ticket/"+goneOn.ID+"/rating", crm.Fields{"score": 3}).Want(http.StatusOK)
	agent.Patch("/v1/ticket/"+goneOn.ID+"/desk", crm.Fields{"addTags": []string{"again"}}).Want(http.StatusOK)
	after := stream.Read(t, deployment.NATSURL, "CRM_TICKETS", "crm.ticket.*.*."+goneOn.ID).Next(4)
	if data := decode[events.TicketDeskData](t, after[3].Data); goneOn.FollowUpOf != ticket.ID || data.Ticket.FollowUpOf != ticket.ID || data.Ticket.Rating == nil || data.Ticket.Rating.Score != 3 {
		t.Errorf("what goes on from %s: %s", ticket.ID, after[3].Raw)
	}
	wantHistory(t, agent, ticket.ID)
	wantTakenBack(t, agent, goneOn.ID)

	all := reader.Next(10)
	for i, verb := range deskLife {
		wantEnvelope(t, all[i], "ticket", verb, ticket.ID, i+1)
		audience := client.User.ID
		if slices.Contains([]string{"tagged", "snoozed", "noted", "assigned"}, verb) {
			audience = events.AtDesk
		}
		if want := "crm.ticket." + verb + "." + audience + "." + ticket.ID; all[i].On != want {
			t.Errorf("%s came on %s, want %s", verb, all[i].On, want)
		}
		if audience != events.AtDesk && (bytes.Contains(all[i].Raw, []byte("printer")) || bytes.Contains(all[i].Raw, []byte("snoozed"))) {
			t.Errorf("%s tells what is for agents: %s", verb, all[i].Raw)
		}
	}
	if data := decode[events.TicketDeskData](t, all[5].Data); data.Note == nil || *data.Note != crm.Read[events.Note](note) {
		t.Errorf("noted: %s", all[5].Raw)
	}
	if data := decode[events.TicketDeskData](t, all[2].Data); *data.Ticket.SnoozedUntil != until || !slices.Equal(data.Changed, []string{"snoozedUntil"}) {
		t.Errorf("snoozed: %s", all[2].Raw)
	}
}

// deskLife are the verbs of the ticket's events.
var deskLife = []string{"created", "tagged", "snoozed", "replied", "replied", "noted", "assigned", "closed", "rated", "rated"}

// assign waits until the ticket service has heard of the agent.
func assign(t *testing.T, agent *crm.Person, id string) {
	t.Helper()
	eventually(t, "the agent is known", func() bool {
		answer := agent.Patch("/v1/ticket/"+id+"/desk", crm.Fields{"assigneeId": agent.User.ID})
		return answer.Status == http.StatusOK
	})
}

// wantTakenBack takes an assignee and a tag away again, and wants the history to say from whom, and which.
func wantTakenBack(t *testing.T, agent *crm.Person, id string) {
	t.Helper()
	assign(t, agent, id)
	agent.Patch("/v1/ticket/"+id+"/desk", crm.Fields{"assigneeId": nil, "removeTags": []string{"again"}}).Want(http.StatusOK)
	now := crm.Read[events.WholeDeskTicket](agent.Get("/v1/ticket/" + id).Want(http.StatusOK))
	if last, _ := json.Marshal(now.History[len(now.History)-1]); !bytes.Contains(last, []byte(agent.User.ID)) || !bytes.Contains(last, []byte("again")) {
		t.Errorf("the last step is %s", last)
	}
}

// wantHistory wants what happened to the ticket, by whom, for agents.
func wantHistory(t *testing.T, agent *crm.Person, id string) {
	t.Helper()
	now := crm.Read[events.WholeDeskTicket](agent.Get("/v1/ticket/" + id).Want(http.StatusOK))
	var verbs []string
	for _, step := range now.History {
		verbs = append(verbs, step.Verb)
	}
	if !slices.Equal(verbs, deskLife) || now.Assignee == nil || now.Assignee.ID != agent.User.ID || len(now.Notes) != 1 || now.NoteCount != 1 {
		t.Errorf("the agent sees %v, of %+v", verbs, now)
	}
}
