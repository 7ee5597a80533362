package sqlitestore

import (
	"context"
	"fmt"
	"strings"

	"crm.example/pkg/events"
	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// List is described in ticket.Store.
func (s *Store) List(ctx context.Context, q ticket.Query) ([]ticket.Summary, error) {
	statement, args := listQuery(q)
	return sqlite.All(ctx, s.Queries(), document.SummaryFrom, statement, args...)
}

// Count is described in ticket.Store.
func (s *Store) Count(ctx context.Context, q ticket.Query) (n int, err error) {
	statement, args := countQuery(q)
	if err := s.Queries().QueryRowContext(ctx, statement, args...).Scan(&n); err != nil {
		return 0, sqlite.Translate(fmt.Errorf("count tickets: %w", err))
	}
	return n, nil
}

// listQuery is one of the shapes that a list has; each has an index in the schema that gives its order.
func listQuery(q ticket.Query) (statement string, args []any) {
	from, order, c := shapeOf(q)
	return "SELECT document FROM " + from + " WHERE " + c.String() + " ORDER BY " + order + " LIMIT ?", append(c.args, q.Limit)
}

func countQuery(q ticket.Query) (statement string, args []any) {
	from, _, c := shapeOf(q)
	return "SELECT count(*) FROM (SELECT 1 FROM " + from + " WHERE " + c.String() + " LIMIT ?)", append(c.args, q.Limit)
}

// shapeOf is what a query reads, in which order, and with which conditions.
func shapeOf(q ticket.Query) (from, order string, c conditions) {
	if fromTerms(q) {
		c.search(q)
		c.filter(q)
		return "search CROSS JOIN tickets ON tickets.place = search.rowid", "search.rowid DESC", c
	}
	c.filter(q)
	by := orders[q.Order()]
	if q.After != nil {
		c.add(by.after, events.Time(q.After.At), q.After.ID)
	}
	return "tickets" + indexOf(q), by.by, c
}

// fromTerms tells that the rows come from the index of terms, newest first.
func fromTerms(q ticket.Query) bool { return !q.Search.IsZero() || q.Tag != "" && q.View == "" }

// orders of lists, and what comes after a position. A column that an earlier version has not written is NULL, and in no list that is
// ordered by it.
var orders = map[ticket.Order]struct{ by, after string }{
	ticket.ByOpening: {"opened_at DESC, id DESC", "(opened_at, id) < (?, ?)"},
	ticket.ByTurn:    {"turn, id", "(turn, id) > (?, ?)"},
	ticket.BySnooze:  {"snoozed_until, id", "(snoozed_until, id) > (?, ?)"},
	ticket.ByClosing: {"closed_at DESC, id DESC", "(closed_at, id) < (?, ?)"},
}

// indexOf names an index where another one would do for a planner that knows nothing of the tickets.
func indexOf(q ticket.Query) string {
	switch {
	case q.View == ticket.Mine, q.View == ticket.Unassigned:
		return " INDEXED BY tickets_mine"
	case q.View == ticket.Waiting:
		return " INDEXED BY tickets_waiting"
	case q.View == ticket.Snoozed:
		return " INDEXED BY tickets_snoozed"
	case q.View == ticket.Done:
		return " INDEXED BY tickets_closed"
	case q.Of() != "":
		return ""
	case q.Assignee != "":
		return " INDEXED BY tickets_assigned"
	case q.Priority != "":
		return " INDEXED BY tickets_priority"
	}
	return ""
}

// conditions of a query, with the values of their parameters.
type conditions struct {
	where []string
	args  []any
}

func (c *conditions) add(condition string, values ...any) {
	c.where, c.args = append(c.where, condition), append(c.args, values...)
}

// filter has what the tickets must be.
func (c *conditions) filter(q ticket.Query) {
	c.add("deleted_at IS NULL")
	if of := q.Of(); of != "" {
		c.add("client_id = ?", of)
	}
	switch q.Filter {
	case ticket.AnyStatus:
	case ticket.NotClosed:
		c.add("status <> 'closed'")
	default:
		c.add("status = ?", string(q.Filter))
	}
	c.view(q)
	if q.Assignee != "" {
		c.add("assignee_id = ?", q.Assignee)
	}
	if q.Priority != "" {
		c.add("priority = ?", string(q.Priority))
	}
	if q.Tag != "" && !fromTerms(q) { // there the tag is a term
		c.add("EXISTS (SELECT 1 FROM json_each(document, '$.tags') WHERE value = ?)", q.Tag)
	}
}

const notSnoozed = "(snoozed_until IS NULL OR snoozed_until <= ?)"

func (c *conditions) view(q ticket.Query) {
	switch now := events.Time(q.Now); q.View {
	case ticket.Mine:
		c.add("status <> 'closed' AND turn IS NOT NULL AND "+notSnoozed, now)
	case ticket.Unassigned:
		c.add("assignee_id IS NULL AND status <> 'closed' AND turn IS NOT NULL AND "+notSnoozed, now)
	case ticket.Waiting:
		c.add("status = 'pending-agent' AND turn IS NOT NULL AND "+notSnoozed, now)
	case ticket.Snoozed:
		if q.After == nil {
			c.add("snoozed_until > ?", now)
		} else { // the position says where in the index to begin
			c.add("+snoozed_until > ?", now)
		}
	case ticket.Done:
		c.add("status = 'closed' AND closed_at IS NOT NULL")
	}
}

func (c *conditions) String() string { return strings.Join(c.where, " AND ") }
