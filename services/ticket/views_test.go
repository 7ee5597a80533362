package ticket_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
)

// Each view has what belongs in it, in its order, in pages of any size, and counts tell how many there are.
func TestViews(t *testing.T) {
	t.Parallel()
	checkViews(newSite(t))
}

func TestViewsOnMongoDB(t *testing.T) {
	t.Parallel()
	checkViews(newSite(t, inMongoDB(testenv.MongoDB(t))))
}

func checkViews(s *site) {
	t := s.t
	t.Helper()
	client, other, agent := s.login("client", "Client One"), s.login("client", "Client Two"), s.login("agent", "Agent One")
	var ids []string // oldest first
	for n := range 6 {
		ids = append(ids, s.open([]user{client, other}[n%2]).ID)
	}
	desk := func(i int, body string) {
		t.Helper()
		s.call(agent, "PATCH", "/v1/ticket/"+ids[i]+"/desk", body).handled(http.StatusOK)
	}
	later := time.Now().Add(time.Hour).UTC().Format(events.TimeLayout)
	desk(0, `{"addTags": ["VIP"]}`)
	desk(1, fmt.Sprintf(`{"snoozedUntil": %q}`, later))
	s.call(agent, "PUT", "/v1/ticket/"+ids[2], `{"message": "Run", "priority": "urgent"}`).ticket(http.StatusOK)
	s.call(agent, "PATCH", "/v1/ticket/close-ticket/"+ids[4], "").ticket(http.StatusOK)
	s.call(agent, "PATCH", "/v1/ticket/close-ticket/"+ids[3], "").ticket(http.StatusOK)
	for query, want := range map[string][]int{
		"view=mine":                         {},
		"view=unassigned":                   {0, 5, 2},
		"view=unassigned&priority=urgent":   {2},
		"view=waiting":                      {0, 5},
		"view=waiting&tag=vip":              {0},
		"view=snoozed":                      {1},
		"view=closed":                       {3, 4},
		"view=closed&client=" + client.id:   {4},
		"tag=vip":                           {0},
		"priority=normal&status=open":       {5, 1, 0},
		"assignee=" + agent.id:              {},
		"client=" + other.id:                {5, 3, 1},
		"view=unassigned&q=printer":         {5, 2, 0},
		"view=waiting&q=printer&tag=absent": {},
	} {
		for _, limit := range []string{"&limit=1", "&limit=100"} {
			var wanted []string
			for _, i := range want {
				wanted = append(wanted, ids[i])
			}
			if got := s.all(agent, query+limit); !slices.Equal(got, wanted) {
				t.Errorf("%s%s: %v, want %v", query, limit, got, wanted)
			}
		}
	}
	var counts events.TicketCounts
	s.call(agent, "GET", "/v1/ticket/counts", "").read(http.StatusOK, &counts)
	if want := (events.TicketCounts{Mine: 0, Unassigned: 3, Waiting: 2, Snoozed: 1, Open: 4}); counts != want {
		t.Errorf("%+v, want %+v", counts, want)
	}
	today := time.Now().UTC().Format(time.DateOnly)
	var report events.TicketReport
	s.call(agent, "GET", "/v1/ticket/report?from=2025-12-31&to=2026-01-01", "").read(http.StatusOK, &report)
	if len(report.Days) != 2 || report.Waiting != 2 || report.FirstAnswer.Median != nil || report.Ratings.Average != nil {
		t.Errorf("of days without tickets: %+v", report)
	}
	s.call(client, "PUT", "/v1/ticket/"+ids[4]+"/rating", `{"score": 4}`).ticket(http.StatusOK)
	s.call(agent, "GET", "/v1/ticket/report?from="+today+"&to="+today, "").read(http.StatusOK, &report)
	if d := report.Days[0]; d.Opened != 6 || d.Closed != 2 || d.Replies != 1 || report.FirstAnswer.Tickets != 1 || report.Resolution.Tickets != 2 || *report.Ratings.Average != 4 {
		t.Errorf("today: %+v", report)
	}
	if len(report.Agents) != 1 || report.Agents[0].ID != agent.id || report.Agents[0].Replies != 1 {
		t.Errorf("the agents of today: %+v", report.Agents)
	}
	for _, query := range []string{"", "?from=" + today, "?from=2026-02-01&to=2026-01-31", "?from=2026-01-01&to=2026-04-03", "?from=2026-1-1&to=2026-01-02", "?from=2026-02-30&to=2026-03-01", "?from=" + today + "&to=" + today + "&by=day"} {
		s.call(agent, "GET", "/v1/ticket/report"+query, "").problem(problem.UnknownParameter)
	}
	cursor := *s.list(agent, "limit=1&view=waiting").NextCursor
	s.call(agent, "GET", "/v1/ticket?limit=1&view=unassigned&cursor="+cursor, "").problem(problem.InvalidCursor)
}
