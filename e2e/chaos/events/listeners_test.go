//go:build chaos

package events_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"crm.example/e2e/crm"
	"crm.example/pkg/events"
	"crm.example/pkg/finding"
)

// listenersPerPerson listen to each writer's tickets, and as many agents to all of them.
const (
	listenersPerPerson = 2
	vainShare          = 10 // tries without a greeting for each disconnect, at most
)

// listenersLeave has listeners hang up at random and resume while clients write. None is sent anything twice, out of order or
// with a gap, and after every round each knows the tickets as the server has them.
func (r *rig) listenersLeave(t *testing.T) {
	disconnects, rounds := of(500, 10_000), of(2, 20)
	var all []*listener
	for _, p := range append(slices.Clone(r.people), newPerson(r.BaseURL, crm.New(t, r.Target).SignUpAgent("Agent"))) {
		for range listenersPerPerson {
			all = append(all, &listener{base: r.BaseURL, person: p, http: &http.Client{Transport: &http.Transport{}}})
		}
	}
	var sum outcome
	for range rounds {
		o := r.during(t, func() { leaveAtRandom(t, all, disconnects/rounds) })
		o.Stale += differing(t, all)
		sum.plus(o.audit)
	}
	heard, known, resyncs := 0, 0, 0
	for _, l := range all {
		heard, known, resyncs = heard+l.state.Events, known+l.state.Old, resyncs+l.state.Resyncs
	}
	t.Logf("%d listeners hung up %d times and heard %d events, %d of which their snapshot had already; %d had to begin anew", len(all), disconnects, heard, known, resyncs)
	if heard == 0 {
		t.Error("nothing was heard")
	}
	r.note(fmt.Sprintf("live listeners disconnect at random, in %d rounds", rounds), disconnects, sum)
}

// leaveAtRandom returns when the listeners have hung up that often, all together. One that was not greeted yet had nothing to
// hang up.
func leaveAtRandom(t *testing.T, all []*listener, times int) {
	var left, vain atomic.Int64
	left.Store(int64(times))
	vain.Store(int64(vainShare * times))
	var leaving sync.WaitGroup
	for _, l := range all {
		leaving.Go(func() {
			for left.Load() > 0 && vain.Load() > 0 {
				greeted, err := l.leave()
				if err != nil {
					t.Errorf("%s: %v", l.person.User.Name, err)
					return
				}
				if greeted {
					left.Add(-1)
				} else {
					vain.Add(-1)
				}
			}
		})
	}
	leaving.Wait()
	if left.Load() > 0 {
		t.Errorf("%d disconnects of %d were made, most tries found no feed", int64(times)-left.Load(), times)
	}
}

// differing resumes all listeners and counts the tickets that one knows otherwise than the server.
func differing(t *testing.T, all []*listener) int {
	var different atomic.Int64
	var resuming sync.WaitGroup
	for _, l := range all {
		resuming.Go(func() { different.Add(int64(l.differs(t))) })
	}
	resuming.Wait()
	return int(different.Load())
}

// differs resumes for good, and counts the tickets that the listener knows otherwise than the server, once nothing comes any more.
func (l *listener) differs(t *testing.T) (different int) {
	ctx, hangUp := context.WithTimeout(t.Context(), quiet)
	defer hangUp()
	if _, err := l.listen(ctx); err != nil {
		t.Errorf("%s: %v", l.person.User.Name, err)
	}
	server, err := l.snapshot()
	if err != nil {
		t.Error(err)
	}
	there := map[string]events.Ticket{}
	for _, ticket := range server {
		there[ticket.ID] = ticket
		if !reflect.DeepEqual(ticket, l.state.Tickets[ticket.ID]) {
			different++
		}
	}
	for id := range l.state.Tickets {
		if _, is := there[id]; !is {
			different++
		}
	}
	if different > 0 {
		finding.Errorf(t, "%s knows %d tickets otherwise than the server", l.person.User.Name, different)
	}
	return different
}
