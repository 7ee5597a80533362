package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"crm.example/services/ticket/internal/ticket"
)

func list(t *testing.T, s Store, q ticket.Query) []ticket.Summary {
	t.Helper()
	items, err := s.List(t.Context(), q)
	if err != nil {
		t.Fatalf("list: %v", err)
	}
	return items
}

// pages walks a list to its end.
func pages(t *testing.T, s Store, q ticket.Query, between func()) (all []ticket.Summary) {
	t.Helper()
	for {
		items := list(t, s, q)
		all = append(all, items...)
		if len(items) < q.Limit {
			return all
		}
		q.After = to(items[len(items)-1].At(q.Order()))
		between()
	}
}

func testListFilters(t *testing.T, open Open) {
	s, one, two, agent := fresh(t, open), newClient(), newClient(), newAgent()
	var all []ticket.Summary
	for n, client := range []ticket.Actor{one, two, one, two, one, one} {
		tk := create(t, s, client, noon.Add(time.Duration(n)*time.Second), ticket.Draft{Subject: fmt.Sprint(n), Message: "Help"})
		switch n % 3 {
		case 1:
			tk = update(t, s, tk.ID, func(tk *ticket.Ticket) { tk.Close(stamp(agent, noon)) })
		case 2:
			tk, _ = edit(t.Context(), s, agent, tk.ID, noon, ticket.Edit{Message: to("Run")})
		}
		all = append(all, tk.Summary)
	}
	for _, scope := range []ticket.Scope{{}, {ClientID: one.ID}, {ClientID: two.ID}, {ClientID: agent.ID}} {
		for _, filter := range []ticket.Filter{ticket.AnyStatus, ticket.NotClosed, "pending-agent", "pending-client", "closed"} {
			want := []ticket.Summary{}
			for _, tk := range slices.Backward(all) {
				fits := filter == ticket.AnyStatus || (filter == ticket.NotClosed && tk.Status != ticket.Closed) || filter == ticket.Filter(tk.Status)
				if fits && scope.Covers(tk.ClientID) {
					want = append(want, tk)
				}
			}
			if got := list(t, s, ticket.Query{Scope: scope, Filter: filter, Limit: 10}); !slices.EqualFunc(got, want, func(a, b ticket.Summary) bool { return reflect.DeepEqual(a, b) }) {
				t.Errorf("scope %q, filter %q:\n got %+v\nwant %+v", scope.ClientID, filter, got, want)
			}
		}
	}
}

// testListPages has many tickets of the same millisecond, whose order is that of their ids.
func testListPages(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	var want []string
	for n := range 23 {
		want = append(want, create(t, s, client, noon.Add(time.Duration(n/5)*time.Millisecond), printer).ID)
	}
	slices.Reverse(want)
	for _, limit := range []int{1, 4, 5, 22, 23, 24} {
		for _, scope := range []ticket.Scope{{}, {ClientID: client.ID}} {
			for _, filter := range []ticket.Filter{ticket.AnyStatus, ticket.NotClosed, "pending-agent"} {
				got := idsOf(pages(t, s, ticket.Query{Scope: scope, Filter: filter, Limit: limit}, func() {}))
				if !slices.Equal(got, want) {
					t.Errorf("pages of %d with filter %q: %d tickets or another order, want all %d, newest first", limit, filter, len(got), len(want))
				}
			}
		}
	}
}

func testListStableUnderInserts(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	var want []string
	for n := range 12 {
		want = append(want, create(t, s, client, noon.Add(time.Duration(n)*time.Millisecond), printer).ID)
	}
	slices.Reverse(want)
	newer := noon.Add(time.Hour)
	got := idsOf(pages(t, s, ticket.Query{Limit: 3}, func() {
		newer = newer.Add(time.Millisecond)
		create(t, s, client, newer, printer)
	}))
	if !slices.Equal(got, want) {
		t.Errorf("pages under inserts: %v\nwant %v", got, want)
	}
}

func idsOf(items []ticket.Summary) []string {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.ID
	}
	return ids
}
