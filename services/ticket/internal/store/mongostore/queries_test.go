package mongostore_test

import (
	"slices"
	"strings"
	"testing"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/store/mongostore"
	"crm.example/services/ticket/internal/ticket"
)

// A list's index begins with all that the list asks for and goes on in its order, so that a page costs what is on it.
func TestEveryListHasAnIndexOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		q       ticket.Query
		want    string
		partial bool
	}{
		{ticket.Query{}, "openedAt _id", false},
		{ticket.Query{Filter: ticket.NotClosed}, "openedAt _id", true},
		{ticket.Query{Filter: "closed"}, "status openedAt _id", false},
		{ticket.Query{Assignee: "a1"}, "assigneeId openedAt _id", true},
		{ticket.Query{Priority: "low"}, "priority openedAt _id", false},
		{ticket.Query{Tag: "vip"}, "tags openedAt _id", true},
		{ticket.Query{View: ticket.Mine, Assignee: "a1"}, "assigneeId turn _id snoozedUntil", true},
		{ticket.Query{View: ticket.Unassigned}, "assigneeId turn _id snoozedUntil", true},
		{ticket.Query{View: ticket.Waiting}, "status turn _id snoozedUntil", true},
		{ticket.Query{View: ticket.Snoozed}, "snoozedUntil _id", true},
		{ticket.Query{View: ticket.Done}, "closedAt _id openedAt assigneeId", true},
	} {
		_, name := mongostore.ListQuery(row.q)
		index := indexOf(t, name)
		if got := strings.Join(membersOf(index), " "); got != row.want || (index.Partial != nil) != row.partial {
			t.Errorf("%+v rests on %s over %v", row.q, name, got)
		}
	}
}

// Agents' searches rest on the index of terms, a client's on its own tickets.
func TestSearchesHaveAnIndexWithTheirOrder(t *testing.T) {
	t.Parallel()
	for clientID, want := range map[string][]string{"": {"terms", "openedAt", "_id"}, "c1": {"clientId", "openedAt", "_id"}} {
		for _, filter := range []ticket.Filter{ticket.AnyStatus, ticket.NotClosed, "closed"} {
			_, name := mongostore.ListQuery(ticket.Query{Scope: ticket.Scope{ClientID: clientID}, Filter: filter, Search: ticket.SearchFor("two words"), Limit: 20})
			if got := membersOf(indexOf(t, name)); !slices.Equal(got, want) {
				t.Errorf("client %q, filter %q: the search rests on %s over %v", clientID, filter, name, got)
			}
		}
	}
}

func indexOf(t *testing.T, name string) mongo.Index {
	t.Helper()
	indexes := mongostore.Schema.Collections[0].Indexes
	at := slices.IndexFunc(indexes, func(i mongo.Index) bool { return i.Name == name })
	if at < 0 {
		t.Fatalf("there is no index %s", name)
	}
	return indexes[at]
}

func membersOf(index mongo.Index) (names []string) {
	for _, key := range index.Keys {
		names = append(names, key.Key)
	}
	return names
}
