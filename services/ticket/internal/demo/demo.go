// Package demo has a small company's desk go through sixty days, by the use cases by which requests do. The company, its clients
// and what they write are made up.
package demo

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"crm.example/services/ticket/internal/ticket"
)

const days = 60

// Cast are those who act. The admin is the first of the agents.
type Cast struct {
	Agents, Clients []ticket.Actor
}

// Fill lets the days before now pass, on a desk whose clock it sets. progress is told of each ticket.
func Fill(ctx context.Context, desk ticket.Desk, cast Cast, now time.Time, progress func(done, of int)) (tickets int, err error) {
	s := &story{desk: desk, cast: cast, until: now, random: rand.New(rand.NewPCG(60, 60))}
	s.desk.Now = func() time.Time { return s.clock }
	if err := s.saveReplies(ctx); err != nil {
		return 0, err
	}
	opened := s.openings()
	for i, at := range opened {
		if err := s.tell(ctx, at); err != nil {
			return i, err
		}
		progress(i+1, len(opened))
	}
	return len(opened), nil
}

// story is where the telling is.
type story struct {
	desk   ticket.Desk
	cast   Cast
	clock  time.Time
	until  time.Time
	random *rand.Rand
}

func (s *story) saveReplies(ctx context.Context) error {
	s.clock = s.until.AddDate(0, 0, -days)
	for _, r := range savedReplies {
		if _, err := s.desk.AddSavedReply(ctx, s.cast.Agents[0], r); err != nil {
			return err
		}
	}
	return nil
}

// openings are when tickets are opened, in order: a few on a working day, and hardly one at the weekend.
func (s *story) openings() (all []time.Time) {
	for day := days; day >= 0; day-- {
		midnight := s.until.AddDate(0, 0, -day).Truncate(24 * time.Hour)
		n := 3 + s.random.IntN(4)
		if weekend(midnight) {
			n = s.random.IntN(2)
		}
		for range n {
			all = append(all, midnight.Add(7*time.Hour+s.upTo(13*time.Hour)))
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.DeleteFunc(all, func(at time.Time) bool { return at.After(s.until) })
}

// tell is what becomes of one ticket, as far as the days go.
func (s *story) tell(ctx context.Context, at time.Time) error {
	s.clock = at
	client, agent := pick(s, s.cast.Clients), pick(s, s.cast.Agents)
	opened, about, err := s.open(ctx, client, agent)
	if err != nil {
		return err
	}
	p := &plot{story: s, ctx: ctx, id: opened.ID, client: client, agent: agent}
	p.handle(about)
	if s.happens(4) {
		return p.err // nobody has answered it
	}
	p.answer(about)
	return p.err
}

func (s *story) open(ctx context.Context, client, agent ticket.Actor) (opened ticket.Ticket, about topic, err error) {
	if s.happens(8) {
		about = pick(s, calls)
		opened, err = s.desk.OpenFor(ctx, agent, client.ID, about.draft())
		return opened, about, err
	}
	about = pick(s, topics)
	opened, err = s.desk.Open(ctx, client, about.draft())
	return opened, about, err
}

func (t topic) draft() ticket.Draft {
	return ticket.Draft{Subject: t.subject, Message: t.question, Priority: t.priority}
}

func weekend(at time.Time) bool { return at.Weekday() == time.Saturday || at.Weekday() == time.Sunday }

// atWork is the next time at which agents work.
func atWork(at time.Time) time.Time {
	for weekend(at) || at.Hour() >= 18 {
		at = at.Truncate(24 * time.Hour).Add(32 * time.Hour)
	}
	if at.Hour() < 8 {
		at = at.Truncate(24 * time.Hour).Add(8*time.Hour + time.Duration(at.Minute())*time.Minute)
	}
	return at
}

func (s *story) happens(percent int) bool { return s.random.IntN(100) < percent }

func (s *story) upTo(most time.Duration) time.Duration {
	return time.Duration(s.random.Int64N(int64(cmp.Or(most, time.Minute))))
}

func pick[T any](s *story, of []T) T { return of[s.random.IntN(len(of))] }
