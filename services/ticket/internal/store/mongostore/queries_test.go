package mongostore_test

import (
	"slices"
	"testing"
	"time"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/store/mongostore"
	"crm.example/services/ticket/internal/ticket"
)

// A list's index begins with all that the list asks for and goes on in its order, so that a page costs what is on it.
func TestEveryListHasAnIndexOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, scope := range []ticket.Scope{{}, {ClientID: "c1"}} {
		for _, filter := range []ticket.Filter{ticket.AnyStatus, ticket.NotClosed, "closed"} {
			for _, after := range []*ticket.Position{nil, {OpenedAt: time.Now(), ID: "t1"}} {
				query, name := mongostore.ListQuery(ticket.Query{Scope: scope, Filter: filter, After: after, Limit: 20})
				var want []string
				partial := false
				for _, member := range query {
					if member.Key == "clientId" || member.Key == "status" {
						want = append(want, member.Key)
					}
					partial = partial || member.Key == "open"
				}
				index := indexOf(t, name)
				if got := membersOf(index); !slices.Equal(got, append(want, "openedAt", "_id")) || (index.Partial != nil) != partial {
					t.Errorf("%v rests on %s over %v", query, name, got)
				}
			}
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
