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
	for _, scope := range []ticket.Scope{{}, {ClientID: "c1"}} {
		for _, filter := range []ticket.Filter{ticket.AnyStatus, ticket.NotClosed, "closed"} {
			for _, after := range []*ticket.Position{nil, {OpenedAt: time.Now(), ID: "t1"}} {
				statement, args := sqlitestore.ListQuery(ticket.Query{Scope: scope, Filter: filter, After: after, Limit: 20})
				plan := checkPlan(t, s, statement, args)
				if after != nil && !strings.Contains(plan, "(opened_at,id)<(?,?)") {
					t.Errorf("%s\nskips what is before the cursor one by one: %s", statement, plan)
				}
			}
		}
	}
}

// A search reads the index of terms, from the place of its cursor on, and no ticket that it does not find.
func TestEverySearchUsesTheIndexOfTerms(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), announce.Message)
	for _, scope := range []ticket.Scope{{}, {ClientID: "c1"}} {
		for _, filter := range []ticket.Filter{ticket.AnyStatus, ticket.NotClosed, "closed"} {
			for after, want := range map[*ticket.Position]string{nil: "search VIRTUAL TABLE INDEX 192:M1;", {OpenedAt: time.Now(), ID: "t1"}: "search VIRTUAL TABLE INDEX 192:M1<"} {
				statement, args := sqlitestore.ListQuery(ticket.Query{Scope: scope, Filter: filter, Search: ticket.SearchFor("two words"), After: after, Limit: 20})
				plan := checkPlan(t, s, statement, args)
				if !strings.Contains(plan, want) || !strings.Contains(plan, "SEARCH tickets USING INDEX tickets_place") {
					t.Errorf("%s\nis planned as %s", statement, plan)
				}
			}
		}
	}
}

// harmless scans are of an index that has nothing but what is asked for, of the argument, or of nothing.
var harmless = regexp.MustCompile(`USING INDEX tickets_|USING COVERING INDEX tickets_|search VIRTUAL TABLE INDEX \d+:(M1|=)|json_each VIRTUAL TABLE|CONSTANT ROW`)

// checkPlan fails on a statement that reads a whole table or sorts.
func checkPlan(t *testing.T, s *sqlitestore.Store, statement string, args []any) string {
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
		if strings.Contains(detail, "TEMP B-TREE") || (strings.HasPrefix(detail, "SCAN") && !harmless.MatchString(detail)) {
			t.Errorf("%s\nis planned as %s", statement, detail)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "; ")
}
