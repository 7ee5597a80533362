package storetest

import (
	"cmp"
	"reflect"
	"slices"
	"testing"
	"time"

	"crm.example/services/ticket/internal/ticket"
)

// testFacts compares what a report is made of with a model, over random histories.
func testFacts(t *testing.T, open Open) {
	h := newHistories(t, open)
	h.at = time.Date(2026, 1, 31, 23, 59, 59, 980e6, time.UTC) // a day ends among them
	begun := h.at
	for range 80 {
		h.step()
		h.rate()
	}
	for range 20 {
		from := begun.Add(time.Duration(h.random.IntN(40)) * time.Millisecond)
		to := from.Add(time.Duration(h.random.IntN(60)) * time.Millisecond)
		h.checkFacts(from, to)
	}
	h.checkFacts(begun.Add(-time.Hour), begun.Add(time.Hour))
}

// rate has a client rate a closed ticket.
func (h *histories) rate() {
	i := h.random.IntN(len(h.live))
	if h.live[i].Status != ticket.Closed {
		return
	}
	client := ticket.Actor{ID: h.live[i].ClientID, Name: "Client", Role: ticket.Client}
	h.live[i] = update(h.t, h.s, h.live[i].ID, func(tk *ticket.Ticket) {
		if err := tk.Rate(stamp(client, h.at), ticket.Rating{Score: 1 + h.random.IntN(5)}); err != nil {
			h.t.Error(err)
		}
	})
}

func (h *histories) checkFacts(from, to time.Time) {
	h.t.Helper()
	now := h.at.Add(time.Duration(h.random.IntN(20)) * time.Millisecond)
	got, err := h.s.Facts(h.t.Context(), from, to, now)
	if err != nil {
		h.t.Fatal(err)
	}
	want := h.facts(now, func(at time.Time) bool { return !at.Before(from) && at.Before(to) })
	for _, f := range []*ticket.Facts{&got, &want} {
		slices.Sort(f.FirstAnswers)
		slices.SortFunc(f.Closed, func(a, b ticket.Closing) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Took, b.Took), cmp.Compare(a.AssigneeID, b.AssigneeID))
		})
	}
	if !reflect.DeepEqual(got, want) {
		h.t.Errorf("from %s to %s:\n got %+v\nwant %+v", from, to, got, want)
	}
}

func (h *histories) facts(now time.Time, in func(time.Time) bool) ticket.Facts {
	f := ticket.Facts{Opened: map[string]int{}, Answers: map[ticket.AgentDay]int{}, Ratings: map[ticket.Rated]int{}}
	for _, tk := range h.live {
		if in(tk.OpenedAt) {
			f.Opened[tk.OpenedAt.Format(time.DateOnly)]++
		}
		for _, m := range tk.Conversation {
			if m.Seq > 1 && m.Author.Role != ticket.Client && in(m.SentAt) {
				f.Answers[ticket.AgentDay{Day: m.SentAt.Format(time.DateOnly), AgentID: m.Author.ID}]++
			}
		}
		if tk.Status == ticket.Closed && in(tk.ClosedAt) {
			f.Closed = append(f.Closed, ticket.Closing{At: tk.ClosedAt, Took: tk.ClosedAt.Sub(tk.OpenedAt), AssigneeID: tk.AssigneeID})
		}
		if in(tk.FirstRepliedAt) {
			f.FirstAnswers = append(f.FirstAnswers, tk.FirstRepliedAt.Sub(tk.OpenedAt))
		}
		if in(tk.RatedAt) {
			f.Ratings[ticket.Rated{AssigneeID: tk.AssigneeID, Score: tk.RatingScore}]++
		}
		if tk.Status == ticket.PendingAgent && !tk.SnoozedUntil.After(now) {
			f.Waiting++
		}
	}
	return f
}
