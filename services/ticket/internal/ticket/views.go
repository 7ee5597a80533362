package ticket

import "time"

// View is one of the lists that agents work with, each in the order in which one works it off.
type View string

// The views. A ticket that is put off is in none but Snoozed until its time has come.
const (
	Mine       View = "mine"       // those of an agent that are not closed
	Unassigned View = "unassigned" // nobody's, and not closed
	Waiting    View = "waiting"    // whose client waits for an answer
	Snoozed    View = "snoozed"    // those that are put off
	Done       View = "closed"
)

// Views are all of them.
var Views = []View{Mine, Unassigned, Waiting, Snoozed, Done}

// Order is in which order a list is.
type Order int

// The orders; those of one millisecond are in the order of their ids, in the same direction.
const (
	ByOpening Order = iota // newest first
	ByTurn                 // whose turn it is first
	BySnooze               // whose time comes first
	ByClosing              // last closed first
)

// Order of the query's list. A search is newest first, whatever the view.
func (q Query) Order() Order {
	switch {
	case !q.Search.IsZero():
		return ByOpening
	case q.View == Mine, q.View == Unassigned, q.View == Waiting:
		return ByTurn
	case q.View == Snoozed:
		return BySnooze
	case q.View == Done:
		return ByClosing
	}
	return ByOpening
}

// afterAll is later than any client has waited for.
const afterAll = 1000

// Turn is by when tickets are worked off: those whose client has waited longest come first, and after all of them those for which
// nobody waits, by their last message, which here is a thousand years later. It is zero for a closed ticket.
func (s Summary) Turn() time.Time {
	switch {
	case s.Status == Closed:
		return time.Time{}
	case s.WaitingSince.IsZero():
		return s.LastMessageAt.AddDate(afterAll, 0, 0)
	}
	return s.WaitingSince
}

// At is where a ticket is in an order.
func (s Summary) At(o Order) Position {
	at := map[Order]time.Time{ByOpening: s.OpenedAt, ByTurn: s.Turn(), BySnooze: s.SnoozedUntil, ByClosing: s.ClosedAt}[o]
	return Position{At: at, ID: s.ID}
}

// MostCounted is where counting ends: it means so many or more.
const MostCounted = 100

// Counts are how many tickets an agent finds in each view, and how many are not closed.
type Counts struct{ Mine, Unassigned, Waiting, Snoozed, Open int }
