package ticket_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
)

func (s *site) list(u user, query string) (page events.TicketPage) {
	s.t.Helper()
	s.call(u, "GET", "/v1/ticket?"+query, "").read(http.StatusOK, &page)
	return page
}

// all walks a list to its end.
func (s *site) all(u user, query string) (ids []string) {
	s.t.Helper()
	for cursor := ""; ; {
		page := s.list(u, query+cursor)
		for _, item := range page.Items {
			ids = append(ids, item.ID)
		}
		if page.NextCursor == nil {
			return ids
		}
		cursor = "&cursor=" + url.QueryEscape(*page.NextCursor)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	one, two, agent := s.login("client", "Client One"), s.login("client", "Client Two"), s.login("agent", "Agent One")
	var ids []string // newest first
	for _, u := range []user{one, two, one, one, two} {
		ids = slices.Insert(ids, 0, s.open(u).ID)
	}
	s.call(agent, "PUT", "/v1/ticket/"+ids[0], `{"message": "Run"}`).ticket(http.StatusOK)
	s.call(one, "PATCH", "/v1/ticket/close-ticket/"+ids[1], "").ticket(http.StatusOK)
	pick := func(n ...int) (some []string) {
		for _, i := range n {
			some = append(some, ids[i])
		}
		return some
	}
	tests := map[string]struct {
		user  user
		query string
		want  []string
	}{
		"agent":                {agent, "", ids},
		"one":                  {one, "", pick(1, 2, 4)},
		"two":                  {two, "", pick(0, 3)},
		"nobody's":             {s.login("client", "Client Three"), "", nil},
		"agent open":           {agent, "status=open", pick(0, 2, 3, 4)},
		"agent pending-agent":  {agent, "status=pending-agent", pick(2, 3, 4)},
		"agent pending-client": {agent, "status=pending-client", pick(0)},
		"agent closed":         {agent, "status=closed", pick(1)},
		"one open":             {one, "status=open", pick(2, 4)},
		"two closed":           {two, "status=closed", nil},
	}
	for name, test := range tests {
		for _, limit := range []string{"&limit=1", "&limit=2", "&limit=100", ""} {
			if got := s.all(test.user, test.query+limit); !slices.Equal(got, test.want) {
				t.Errorf("%s%s: %v, want %v", name, limit, got, test.want)
			}
		}
	}
	if body := string(s.call(one, "GET", "/v1/ticket?limit=3", "").body); !strings.Contains(body, `"nextCursor":null`) || strings.Contains(body, `"conversation"`) {
		t.Errorf("a page that holds everything, without conversations: %s", body)
	}
}

func TestCursorIsBound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	one, two, agent := s.login("client", "Client One"), s.login("client", "Client Two"), s.login("agent", "Agent One")
	for range 3 {
		s.open(one)
	}
	cursor := *s.list(one, "limit=1&status=open").NextCursor
	if page := s.list(one, "limit=2&status=open&cursor="+cursor); len(page.Items) != 2 {
		t.Errorf("another limit: %d tickets, want 2", len(page.Items))
	}
	edited := []byte(cursor)
	edited[5] ^= 1
	for name, c := range map[string]struct {
		user  user
		query string
	}{
		"another filter": {one, "cursor=" + cursor},
		"another client": {two, "status=open&cursor=" + cursor},
		"an agent":       {agent, "status=open&cursor=" + cursor},
		"edited":         {one, "status=open&cursor=" + string(edited)},
		"cut off":        {one, "status=open&cursor=" + cursor[:len(cursor)-1]},
		"padded":         {one, "status=open&cursor=" + cursor + "%3D"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := s.in(t)
			s.call(c.user, "GET", "/v1/ticket?"+c.query, "").problem(problem.InvalidCursor)
		})
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	var want []string
	for range 3 {
		want = slices.Insert(want, 0, s.open(client).ID)
	}
	if got := s.all(agent, "limit=2&q=printer+fi"); !slices.Equal(got, want) {
		t.Errorf("an agent finds %v, want %v", got, want)
	}
	if got := s.all(client, "status=closed&q=printer"); got != nil {
		t.Errorf("closed are %v", got)
	}
	cursor := *s.list(client, "limit=1&q=printer").NextCursor
	s.call(client, "GET", "/v1/ticket?limit=1&q=print&cursor="+cursor, "").problem(problem.InvalidCursor)
	s.call(client, "GET", "/v1/ticket?q=%21", "").problem(problem.UnknownParameter)
	s.call(client, "GET", "/v1/ticket?q="+strings.Repeat("%C3%A9", 101), "").problem(problem.UnknownParameter)
	s.call(client, "GET", "/v1/ticket?q="+strings.Repeat("%C3%A9", 100), "").read(http.StatusOK, &events.TicketPage{})
}
