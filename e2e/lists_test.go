package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"crm.example/e2e/crm"
)

// pages reads a list to its end.
func pages(t *testing.T, p *crm.Person, query url.Values) (ids []string, sizes []int) {
	t.Helper()
	for {
		page := crm.Read[crm.Page](p.Get("/v1/ticket?" + query.Encode()).Want(http.StatusOK))
		for _, ticket := range page.Items {
			ids = append(ids, ticket.ID)
		}
		sizes = append(sizes, len(page.Items))
		if page.NextCursor == nil {
			return ids, sizes
		}
		query.Set("cursor", *page.NextCursor)
	}
}

// A list is complete, newest first and without repeats, whatever the size of its pages; what is opened
// while one reads it does not shift it.
func TestPaging(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	var want []string
	for i := range 23 {
		want = append(want, client.Open(fmt.Sprintf("Ticket %d", i), "Hello.").ID)
	}
	slices.Reverse(want)

	ids, sizes := pages(t, client, url.Values{})
	if !slices.Equal(ids, want) || !slices.Equal(sizes, []int{20, 3}) {
		t.Errorf("by default: pages of %v: %v\nwant %v", sizes, ids, want)
	}
	ids, sizes = pages(t, client, url.Values{"limit": {"7"}})
	if !slices.Equal(ids, want) || !slices.Equal(sizes, []int{7, 7, 7, 2}) {
		t.Errorf("by 7: pages of %v: %v\nwant %v", sizes, ids, want)
	}
	if _, sizes = pages(t, client, url.Values{"limit": {"23"}}); !slices.Equal(sizes, []int{23}) {
		t.Errorf("all in one: pages of %v", sizes)
	}

	first := crm.Read[crm.Page](client.Get("/v1/ticket?limit=10").Want(http.StatusOK))
	client.Open("Meanwhile", "Hello.")
	client.Delete("/v1/ticket/" + want[0]).Want(http.StatusNoContent)
	ids, _ = pages(t, client, url.Values{"limit": {"10"}, "cursor": {*first.NextCursor}})
	if !slices.Equal(ids, want[10:]) {
		t.Errorf("after a change in front: %v\nwant %v", ids, want[10:])
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	agent, client := anAgent(t), stranger(t).SignUpClient("Client One")
	fresh := client.Open("New", "Hello.").ID
	answered := client.Open("Answered", "Hello.").ID
	closed := client.Open("Closed", "Hello.").ID
	agent.Reply(answered, "Hello.")
	agent.Close(closed)
	for filter, want := range map[string][]string{
		"":               {closed, answered, fresh},
		"pending-agent":  {fresh},
		"pending-client": {answered},
		"closed":         {closed},
		"open":           {answered, fresh},
	} {
		query := url.Values{"limit": {"1"}}
		if filter != "" {
			query.Set("status", filter)
		}
		if ids, _ := pages(t, client, query); !slices.Equal(ids, want) {
			t.Errorf("status=%s: %v, want %v", filter, ids, want)
		}
	}
}

// An agent sees the tickets of all clients in one list.
func TestAgentsListHasEverybody(t *testing.T) {
	t.Parallel()
	agent := anAgent(t)
	one, two := stranger(t).SignUpClient("Client One"), stranger(t).SignUpClient("Client Two")
	a, b := one.Open("Of one", "Hello."), two.Open("Of two", "Hello.")
	answer := agent.Get("/v1/ticket?limit=100").Want(http.StatusOK)
	if bytes.Contains(answer.Body, []byte(`"conversation"`)) {
		t.Errorf("a list carries conversations: %s", answer.Body)
	}
	var seen []string
	for _, ticket := range crm.Read[crm.Page](answer).Items {
		seen = append(seen, ticket.ID)
	}
	if !slices.Contains(seen, a.ID) || !slices.Contains(seen, b.ID) {
		t.Errorf("the newest 100 tickets lack %s or %s", a.ID, b.ID)
	}
}

// An empty list is a list.
func TestEmptyList(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	answer := client.Get("/v1/ticket").Want(http.StatusOK)
	page := crm.Read[map[string]any](answer)
	if items, ok := page["items"].([]any); !ok || len(items) != 0 {
		t.Errorf("items of an empty list: %v", page["items"])
	}
	if next, there := page["nextCursor"]; !there || next != nil {
		t.Errorf("nextCursor of an empty list: %v, there: %t", next, there)
	}
}

// A cursor goes with another limit, since only filters and whose list it is are bound to it.
func TestCursorWithAnotherLimit(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	for range 3 {
		client.Open("One of three", "Hello.")
	}
	page := crm.Read[crm.Page](client.Get("/v1/ticket?limit=1").Want(http.StatusOK))
	query := url.Values{"limit": {"2"}, "cursor": {*page.NextCursor}}
	if rest := crm.Read[crm.Page](client.Get("/v1/ticket?" + query.Encode()).Want(http.StatusOK)); len(rest.Items) != 2 || rest.NextCursor != nil {
		t.Errorf("the rest is %+v", rest)
	}
}
