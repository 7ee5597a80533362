package sqlitestore_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/sqlitestore"
	"crm.example/services/ticket/internal/ticket"
)

func TestEveryStatementUsesAnIndex(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), announce.Message)
	for _, statement := range sqlitestore.Statements {
		args := make([]any, strings.Count(statement, "?"))
		checkPlan(t, s, statement, args)
	}
}

func TestEveryListUsesAnIndexForItsOrder(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), announce.Message)
	starts := map[ticket.Order]string{ticket.ByOpening: "(opened_at,id)<(?,?)", ticket.ByTurn: "(turn,id)>(?,?)", ticket.BySnooze: "(snoozed_until,id)>(?,?)", ticket.ByClosing: "(closed_at,id)<(?,?)"}
	for _, q := range lists() {
		for _, q.After = range []*ticket.Position{nil, {At: time.Now(), ID: "t1"}} {
			statement, args := sqlitestore.ListQuery(q)
			plan := checkPlan(t, s, statement, args)
			if begin := starts[q.Order()]; q.After != nil && q.Tag == "" && !strings.Contains(plan, begin) {
				t.Errorf("%s\nskips what is before the cursor one by one: %s", statement, plan)
			}
			statement, args = sqlitestore.CountQuery(q)
			checkPlan(t, s, statement, args)
		}
	}
}

// lists are all shapes of lists without a search.
func lists() (all []ticket.Query) {
	for _, q := range []ticket.Query{{}, {Scope: ticket.Scope{ClientID: "c1"}}, {Client: "c1"}, {Assignee: "a1"}, {Priority: "low"}, {Tag: "vip"}, {Client: "c1", Tag: "vip"}} {
		for _, q.Filter = range []ticket.Filter{ticket.AnyStatus, ticket.NotClosed, "closed"} {
			all = append(all, q)
		}
	}
	for _, view := range ticket.Views {
		all = append(all, ticket.Query{View: view, Assignee: "a1"}, ticket.Query{View: view, Client: "c1", Assignee: "a1"})
		all = append(all, ticket.Query{View: view, Assignee: "a1", Tag: "vip"})
		if view != ticket.Mine {
			all = append(all, ticket.Query{View: view})
		}
	}
	return all
}

// A search reads the index of terms, from the place of its cursor on, and no ticket that it does not find.
func TestEverySearchUsesTheIndexOfTerms(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), announce.Message)
	for _, scope := range []ticket.Scope{{}, {ClientID: "c1"}} {
		for _, filter := range []ticket.Filter{ticket.AnyStatus, ticket.NotClosed, "closed"} {
			for after, want := range map[*ticket.Position]string{nil: "search VIRTUAL TABLE INDEX 192:M1;", {At: time.Now(), ID: "t1"}: "search VIRTUAL TABLE INDEX 192:M1<"} {
				statement, args := sqlitestore.ListQuery(ticket.Query{Scope: scope, Filter: filter, Search: ticket.SearchFor("two words"), After: after, Limit: 20})
				plan := checkPlan(t, s, statement, args)
				if !strings.Contains(plan, want) || !strings.Contains(plan, "SEARCH tickets USING INDEX tickets_place") {
					t.Errorf("%s\nis planned as %s", statement, plan)
				}
			}
		}
	}
}

// A report reads the days that it is of. Groups are few: agents, days and scores.
func TestReportsReadTheirDaysOnly(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), announce.Message)
	for _, statement := range sqlitestore.Facts {
		plan := planOf(t, s, statement, make([]any, strings.Count(statement, "?")))
		if !strings.HasPrefix(plan, "SEARCH ") || strings.Contains(plan, "SCAN") || strings.Contains(plan, "ORDER BY") {
			t.Errorf("%s\nis planned as %s", statement, plan)
		}
	}
}

// harmless scans are of an index that has nothing but what is asked for, of the argument, of rows that were counted out, or of nothing.
var harmless = regexp.MustCompile(`USING INDEX tickets_|search VIRTUAL TABLE INDEX \d+:(M1|=)|json_each (EXISTS )?VIRTUAL TABLE|subquery|CONSTANT ROW`)

// checkPlan fails on a statement that reads a whole table or sorts.
func checkPlan(t *testing.T, s *sqlitestore.Store, statement string, args []any) string {
	t.Helper()
	plan := planOf(t, s, statement, args)
	for detail := range strings.SplitSeq(plan, "; ") {
		if strings.Contains(detail, "TEMP B-TREE") || (strings.HasPrefix(detail, "SCAN") && !harmless.MatchString(detail)) {
			t.Errorf("%s\nis planned as %s", statement, detail)
		}
	}
	return plan
}

func planOf(t *testing.T, s *sqlitestore.Store, statement string, args []any) string {
	t.Helper()
	rows, err := s.Read().QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, args...)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	defer func() { _ = rows.Close() }()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "; ")
}
