package e2e_test

import (
	"bytes"
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
	all := reader.Next(4)
	for i, verb := range []string{"created", "tagged", "snoozed", "replied"} {
		wantEnvelope(t, all[i], "ticket", verb, ticket.ID, i+1)
		audience := client.User.ID
		if verb == "tagged" || verb == "snoozed" {
			audience = events.AtDesk
		}
		if want := "crm.ticket." + verb + "." + audience + "." + ticket.ID; all[i].On != want {
			t.Errorf("%s came on %s, want %s", verb, all[i].On, want)
		}
		if audience != events.AtDesk && (bytes.Contains(all[i].Raw, []byte("printer")) || bytes.Contains(all[i].Raw, []byte("snoozed"))) {
			t.Errorf("%s tells what is for agents: %s", verb, all[i].Raw)
		}
	}
	if data := decode[events.TicketDeskData](t, all[2].Data); *data.Ticket.SnoozedUntil != until || !slices.Equal(data.Changed, []string{"snoozedUntil"}) {
		t.Errorf("snoozed: %s", all[2].Raw)
	}
}
