package storetest

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"crm.example/services/ticket/internal/ticket"
)

// isAsked tells whether a ticket is what agents ask for, by the words of the contract.
func isAsked(tk ticket.Ticket, q ticket.Query) bool {
	putOff := tk.SnoozedUntil.After(q.Now)
	inView := map[ticket.View]bool{
		"":                true,
		ticket.Mine:       tk.Status != ticket.Closed && !putOff,
		ticket.Unassigned: tk.AssigneeID == "" && tk.Status != ticket.Closed && !putOff,
		ticket.Waiting:    tk.Status == ticket.PendingAgent && !putOff,
		ticket.Snoozed:    putOff,
		ticket.Done:       tk.Status == ticket.Closed,
	}[q.View]
	return inView && (q.Assignee == "" || tk.AssigneeID == q.Assignee) && (q.Tag == "" || slices.Contains(tk.Tags, q.Tag)) &&
		(q.Priority == "" || tk.Priority == q.Priority) && (q.Client == "" || tk.ClientID == q.Client)
}

// inOrder compares tickets as the contract orders them.
func inOrder(o ticket.Order) func(a, b ticket.Summary) int {
	switch o {
	case ticket.ByTurn:
		return func(a, b ticket.Summary) int {
			if nobody := cmp.Compare(flag(a.WaitingSince.IsZero()), flag(b.WaitingSince.IsZero())); nobody != 0 {
				return nobody
			}
			return cmp.Or(a.WaitingSince.Compare(b.WaitingSince), byLastMessage(a, b), cmp.Compare(a.ID, b.ID))
		}
	case ticket.BySnooze:
		return func(a, b ticket.Summary) int {
			return cmp.Or(a.SnoozedUntil.Compare(b.SnoozedUntil), cmp.Compare(a.ID, b.ID))
		}
	case ticket.ByClosing:
		return func(a, b ticket.Summary) int { return cmp.Or(b.ClosedAt.Compare(a.ClosedAt), cmp.Compare(b.ID, a.ID)) }
	}
	return func(a, b ticket.Summary) int { return cmp.Or(b.OpenedAt.Compare(a.OpenedAt), cmp.Compare(b.ID, a.ID)) }
}

// byLastMessage is for those for which nobody waits.
func byLastMessage(a, b ticket.Summary) int {
	if !a.WaitingSince.IsZero() {
		return 0
	}
	return a.LastMessageAt.Compare(b.LastMessageAt)
}

func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// testViews compares every view, alone and with each filter, and the counts, with a model over random histories.
func testViews(t *testing.T, open Open) {
	h := newHistories(t, open)
	for range 8 {
		for range 12 {
			h.step()
		}
		for _, view := range append(ticket.Views, "") {
			h.view(ticket.Query{View: view})
			h.view(ticket.Query{View: view, Tag: h.tag()})
			h.view(ticket.Query{View: view, Priority: h.priority()})
			h.view(ticket.Query{View: view, Client: h.clients[h.random.IntN(3)].ID})
			h.view(ticket.Query{View: view, Filter: ticket.NotClosed, Priority: h.priority(), Client: h.clients[0].ID})
			if view != ticket.Unassigned {
				h.view(ticket.Query{View: view, Assignee: h.agents[h.random.IntN(2)].ID, Tag: h.tag()})
				h.view(ticket.Query{View: view, Assignee: h.agents[0].ID})
			}
			words := h.words()
			q := ticket.Query{View: view, Search: ticket.SearchFor(words), Tag: h.tag(), Limit: 2, Now: h.at}
			h.compare(q, words)
		}
		if t.Failed() {
			return
		}
	}
}

func (h *histories) view(q ticket.Query) {
	h.t.Helper()
	if q.View == ticket.Mine && q.Assignee == "" {
		q.Assignee = h.agents[1].ID
	}
	q.Now, q.Limit = h.at.Add(time.Duration(h.random.IntN(20))*time.Millisecond), 1+h.random.IntN(4)
	h.compare(q, "")
	want := min(len(h.found(q, "")), q.Limit)
	if n, err := h.s.Count(h.t.Context(), q); err != nil || n != want {
		h.t.Errorf("%+v counts %d, %v, want %d", q, n, err, want)
	}
}
