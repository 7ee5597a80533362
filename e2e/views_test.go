package e2e_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"crm.example/e2e/crm"
	"crm.example/pkg/events"
)

// Of one client's tickets an agent finds each in the views and by the filters that it belongs to, and in the report of the day.
func TestViews(t *testing.T) {
	t.Parallel()
	agent, client := anAgent(t), stranger(t).SignUpClient("Client One")
	first, second, third := client.Open("First", "Hello.").ID, client.Open("Second", "Hello.").ID, client.Open("Third", "Hello.").ID
	desk := func(id string, body crm.Fields) {
		t.Helper()
		agent.Patch("/v1/ticket/"+id+"/desk", body).Want(http.StatusOK)
	}
	assign(t, agent, first)
	desk(first, crm.Fields{"addTags": []string{"Views"}})
	desk(second, crm.Fields{"snoozedUntil": time.Now().Add(time.Hour).UTC().Format(events.TimeLayout)})
	agent.Put("/v1/ticket/"+third, crm.Fields{"priority": "urgent", "message": "Hello."}).Want(http.StatusOK)
	agent.Close(third)
	for query, want := range map[string][]string{
		"view=mine": {first}, "view=unassigned": {}, "view=waiting": {first}, "view=snoozed": {second}, "view=closed": {third},
		"tag=views": {first}, "priority=urgent": {third}, "assignee=" + agent.User.ID: {first}, "": {third, second, first},
	} {
		values, err := url.ParseQuery(query + "&limit=1&client=" + client.User.ID)
		if err != nil {
			t.Fatal(err)
		}
		if ids, _ := pages(t, agent, values); !slices.Equal(ids, want) {
			t.Errorf("%s: %v, want %v", query, ids, want)
		}
	}
	if counts := crm.Read[events.TicketCounts](agent.Get("/v1/ticket/counts").Want(http.StatusOK)); counts.Mine < 1 || counts.Waiting < 1 || counts.Snoozed < 1 || counts.Open < 2 {
		t.Errorf("%+v", counts)
	}
	today := time.Now().UTC()
	span := "from=" + today.AddDate(0, 0, -1).Format(time.DateOnly) + "&to=" + today.AddDate(0, 0, 1).Format(time.DateOnly)
	report := crm.Read[events.TicketReport](agent.Get("/v1/ticket/report?" + span).Want(http.StatusOK))
	own := slices.IndexFunc(report.Agents, func(a events.ReportAgent) bool { return a.ID == agent.User.ID })
	if len(report.Days) != 3 || own < 0 || report.Agents[own].Replies < 1 || report.Agents[own].Name != agent.User.Name || report.Resolution.Tickets < 1 {
		t.Errorf("%+v", report)
	}
}
