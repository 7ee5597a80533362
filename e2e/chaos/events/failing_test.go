//go:build chaos

package events_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/pkg/finding"
)

// limit is how often the failing consumers are handed an event that they never take.
const limit = 3

// habits of consumers, each by the event's id, so that an event has the same fate in every delivery.
var habits = map[string]func(fate uint32, delivery int) error{
	"fails": func(fate uint32, delivery int) error {
		if fate%10 == 0 && delivery < limit || fate%50 == 1 {
			return errors.New("the mail server says no")
		}
		return nil
	},
	"panics": func(fate uint32, delivery int) error {
		if fate%10 == 0 && delivery < limit || fate%50 == 1 {
			panic("no such template")
		}
		return nil
	},
	"slow": func(fate uint32, _ int) error {
		if fate%100 == 0 {
			time.Sleep(300 * time.Millisecond) // longer than its AckWait
		}
		return nil
	},
}

// patient is a consumer that notes what it was handed and what it took.
type patient struct {
	name   string
	habit  func(uint32, int) error
	mu     sync.Mutex
	handed map[string]int   // deliveries, by event id
	lives  map[string][]int // what it took: sequences, by ticket
	taken  map[string]int   // by event id
}

func (p *patient) handle(_ context.Context, e events.TicketEvent) error {
	p.mu.Lock()
	p.handed[e.ID]++
	delivery := p.handed[e.ID]
	p.mu.Unlock()
	if err := p.habit(fate(e.ID), delivery); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken[e.ID]++
	p.lives[e.Document] = append(p.lives[e.Document], e.Sequence)
	return nil
}

func fate(id string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return h.Sum32()
}

// consumersFail runs consumers that fail, panic and are slow beside the load: each takes each event once and in order, but for
// those that it never takes, which are dead letters, once.
func (r *rig) consumersFail(t *testing.T) {
	var all []*patient
	for name, habit := range habits {
		all = append(all, &patient{name: name, habit: habit, handed: map[string]int{}, lives: map[string][]int{}, taken: map[string]int{}})
	}
	o := r.during(t, func() {
		for _, p := range all {
			r.employ(t, p)
		}
		time.Sleep(of(8*time.Second, 2*time.Minute))
	})
	for _, p := range all {
		p.audit(t, r, &o.audit)
	}
	r.note("consumers that fail, panic and are slow", 1, o)
}

func (r *rig) employ(t *testing.T, p *patient) {
	js, ended := jetStream(t, r.NATSURL), make(chan error, 1)
	ctx, stop := context.WithCancel(context.Background())
	how := bus.Consumer{Durable: "chaos-" + p.name + "-" + r.store, New: true, Limit: limit, First: time.Millisecond, Longest: 5 * time.Millisecond, AckWait: 250 * time.Millisecond}
	go func() { ended <- bus.Consume(ctx, js, how, p.handle) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// audit counts into a what the consumer took twice or out of order, or left without a dead letter. It begins at the first
// event that it was handed: it was employed while the clients wrote.
func (p *patient) audit(t *testing.T, r *rig, a *audit) {
	stream := r.entries(t)
	p.await(stream)
	dead := r.deadLetters(t, "chaos-"+p.name+"-"+r.store)
	p.mu.Lock()
	defer p.mu.Unlock()
	var lost, twice, letters, unordered int
	begun := false
	for _, e := range stream {
		begun = begun || p.handed[e.id] > 0
		switch n := p.taken[e.id] + dead[e.id]; {
		case begun && n == 0:
			lost++
		case n > 1:
			twice++
		}
		letters += dead[e.id]
	}
	for _, life := range p.lives {
		for i := 1; i < len(life); i++ {
			if life[i] <= life[i-1] {
				unordered++
			}
		}
	}
	a.Unheard, a.Twice = a.Unheard+lost+unordered, a.Twice+twice
	t.Logf("the consumer that %s was handed %d events of %d in the stream: %d dead letters, %d lost, %d taken twice, %d out of order",
		strings.ReplaceAll(p.name, "slow", "is slow"), len(p.handed), len(stream), letters, lost, twice, unordered)
	if lost+twice+unordered > 0 || len(p.handed) == 0 || p.name != "slow" && letters == 0 {
		finding.Errorf(t, "the consumer that %s did not do its work", p.name)
	}
}

// await waits until the last event has been handed over as often as it is going to be, or no other one is any more: one that is
// slow may have a lot to catch up on.
func (p *patient) await(stream []entry) {
	last := stream[len(stream)-1].id
	handed := 0
	for moved := time.Now(); time.Since(moved) < settleWithin; time.Sleep(50 * time.Millisecond) {
		p.mu.Lock()
		done := p.taken[last] > 0 || p.handed[last] >= limit
		if len(p.handed) > handed {
			handed, moved = len(p.handed), time.Now()
		}
		p.mu.Unlock()
		if done {
			time.Sleep(time.Second) // for its dead letter
			return
		}
	}
}

// deadLetters are how many of each event the durable left.
func (r *rig) deadLetters(t *testing.T, durable string) map[string]int {
	t.Helper()
	found := map[string]int{}
	for _, e := range r.read(t, events.TicketDeadStream, fmt.Sprintf("dead.ticket.%s.>", durable), 1) {
		found[e.id]++
	}
	return found
}
