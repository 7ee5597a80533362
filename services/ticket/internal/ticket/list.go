package ticket

import "time"

// Filter selects tickets by status; the zero Filter selects all.
type Filter string

// The filters; besides them, every Status is one.
const (
	AnyStatus Filter = ""
	NotClosed Filter = "open"
)

// Position is the place of a ticket in a list: by the time that the list's order is by, and by id among those of one millisecond.
type Position struct {
	At time.Time
	ID string
}

// Query asks for one page of a list: of the tickets that are all that it says, where it says something.
type Query struct {
	Scope    Scope
	Filter   Filter
	Search   Search
	View     View
	Assignee string // an agent's id
	Tag      string
	Priority Priority
	Client   string    // id
	Now      time.Time // with a View: what is put off is compared with it
	After    *Position // the last ticket of the page before; nil: from the first on
	Limit    int       // at least 1
}

// Of is whose tickets alone the query asks for; empty: anybody's.
func (q Query) Of() string {
	if q.Scope.ClientID != "" {
		return q.Scope.ClientID
	}
	return q.Client
}

// Page is one page of a list. Next is where the next one begins, nil after the last.
type Page struct {
	Items []Summary
	Next  *Position
}

// pageOf removes the one extra ticket that tells whether there is another page.
func pageOf(items []Summary, limit int, o Order) Page {
	if len(items) <= limit {
		return Page{Items: items}
	}
	next := items[limit-1].At(o)
	return Page{Items: items[:limit], Next: &next}
}
