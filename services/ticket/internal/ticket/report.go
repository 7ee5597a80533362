package ticket

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"crm.example/pkg/problem"
)

// Facts are what a report is computed from: what the tickets that are there, deleted ones left out, tell of some days.
type Facts struct {
	Opened       map[string]int   // tickets by day, such as 2026-01-31
	Answers      map[AgentDay]int // messages of agents, but for those that open a ticket
	Closed       []Closing        // tickets that were closed then and still are
	FirstAnswers []time.Duration  // from the opening, of tickets that had their first answer then
	Ratings      map[Rated]int    // of then
	Waiting      int              // clients that wait now
}

// AgentDay is one day of an agent.
type AgentDay struct{ Day, AgentID string }

// Closing is how a ticket ended.
type Closing struct {
	At         time.Time
	Took       time.Duration // from the opening
	AssigneeID string        // empty: nobody's
}

// Rated is a score that tickets of an agent got.
type Rated struct {
	AssigneeID string // empty: nobody's
	Score      int
}

// Report is what happened on some days, and who did it. A ticket's closing and rating count for the agent that it is assigned to.
type Report struct {
	From, To    time.Time // midnights, UTC; To is not in it
	Days        []Day
	FirstAnswer Spread
	Resolution  Spread
	Waiting     int
	Scores      Scores
	Agents      []Share // by name
}

// Day is one day of a report.
type Day struct {
	Date                    string
	Opened, Closed, Answers int
}

// Spread is how long something took: half of the cases no longer than Median, nine of ten no longer than P90.
type Spread struct {
	Cases       int
	Median, P90 time.Duration
}

// Scores are how often each score was given; the one of 1 comes first.
type Scores [5]int

// Share is what an agent has done.
type Share struct {
	ID, Name        string
	Answers, Closed int
	Scores          Scores
}

// Report tells of the days from the first midnight on to the second. One is made at a time: others wait, so that no number of them
// takes the store from those who work with it.
func (d Desk) Report(ctx context.Context, a Actor, from, to time.Time) (Report, error) {
	if _, err := Permit(a, ToReport); err != nil {
		return Report{}, err
	}
	select {
	case d.Reports <- struct{}{}:
		defer func() { <-d.Reports }()
	case <-ctx.Done():
		return Report{}, problem.NewUnavailable(ctx.Err())
	}
	facts, err := d.Store.Facts(ctx, from, to, d.now())
	if err != nil {
		return Report{}, err
	}
	r := reportOf(facts, from, to)
	for i := range r.Agents {
		if r.Agents[i].Name, err = d.nameOf(ctx, r.Agents[i].ID); err != nil {
			return Report{}, err
		}
	}
	slices.SortFunc(r.Agents, func(a, b Share) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return r, nil
}

func (d Desk) nameOf(ctx context.Context, id string) (string, error) {
	person, err := d.Store.PersonByID(ctx, id)
	if problem.Is(err, problem.NotFound) {
		return FormerAgent, nil
	}
	return person.Name, err
}

func reportOf(f Facts, from, to time.Time) Report {
	r := Report{From: from, To: to, FirstAnswer: spreadOf(f.FirstAnswers), Waiting: f.Waiting}
	answers, closed, took := map[string]int{}, map[string]int{}, []time.Duration{}
	shares := map[string]*Share{}
	share := func(id string) *Share {
		if shares[id] == nil {
			shares[id] = &Share{ID: id}
		}
		return shares[id]
	}
	for of, n := range f.Answers {
		answers[of.Day] += n
		share(of.AgentID).Answers += n
	}
	for _, c := range f.Closed {
		closed[c.At.Format(time.DateOnly)]++
		took = append(took, c.Took)
		share(c.AssigneeID).Closed++
	}
	for of, n := range f.Ratings {
		if of.Score >= 1 && of.Score <= len(r.Scores) {
			r.Scores[of.Score-1] += n
			share(of.AssigneeID).Scores[of.Score-1] += n
		}
	}
	r.Resolution = spreadOf(took)
	for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
		date := day.Format(time.DateOnly)
		r.Days = append(r.Days, Day{Date: date, Opened: f.Opened[date], Closed: closed[date], Answers: answers[date]})
	}
	delete(shares, "") // nobody
	for _, id := range slices.Sorted(maps.Keys(shares)) {
		r.Agents = append(r.Agents, *shares[id])
	}
	return r
}

// spreadOf sorts the cases.
func spreadOf(cases []time.Duration) Spread {
	if len(cases) == 0 {
		return Spread{}
	}
	slices.Sort(cases)
	at := func(percent int) time.Duration { return cases[(len(cases)*percent+99)/100-1] }
	return Spread{Cases: len(cases), Median: at(50), P90: at(90)}
}
