package ticket

import "time"

// Filter selects tickets by status; the zero Filter selects all.
type Filter string

// The filters; besides them, every Status is one.
const (
	AnyStatus Filter = ""
	NotClosed Filter = "open"
)

// Position is the place of a ticket in a list: newest first, and by id within one millisecond.
type Position struct {
	OpenedAt time.Time
	ID       string
}

// Query asks for one page of a list.
type Query struct {
	Scope  Scope
	Filter Filter
	Search Search
	After  *Position // the last ticket of the page before; nil: from the newest on
	Limit  int       // at least 1
}

// Page is one page of a list. Next is where the next one begins, nil after the last.
type Page struct {
	Items []Summary
	Next  *Position
}

// pageOf removes the one extra ticket that tells whether there is another page.
func pageOf(items []Summary, limit int) Page {
	if len(items) <= limit {
		return Page{Items: items}
	}
	last := items[limit-1]
	return Page{Items: items[:limit], Next: &Position{OpenedAt: last.OpenedAt, ID: last.ID}}
}
