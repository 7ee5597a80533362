package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"crm.example/deploy/bench/internal/load"
	"crm.example/deploy/bench/internal/process"
)

// system is what is measured: operations, and the processes that they cost CPU time.
type system struct {
	name       string
	beside     string // the system of ours that it is compared with
	groups     []process.Group
	operations []load.Operation
}

// figures are what the rounds gave of one operation, on one system, under one load.
type figures struct {
	system
	load.Plan
	rounds []round
}

type round struct {
	load.Result
	cpu []time.Duration // of each group, by request
}

// measure measures each operation on each system in turn, round after round, and prints the medians. What reads comes first.
func (l *lab) measure() error {
	list := l.plan()
	for n := range l.rounds {
		for _, f := range list {
			say("round %d of %d: %s, %s, %s", n+1, l.rounds, f.Name, f.load(), f.name)
			if err := f.measure(l); err != nil {
				return fmt.Errorf("%s: %s: %w", f.name, f.Name, err)
			}
		}
	}
	failed := 0
	head("operation", "load", "system", "sent", "failed", "answers/s", "p50 ms", "p99 ms", "CPU ms each", "of it", "ours ÷ this")
	for _, f := range list {
		failed += f.print(list)
	}
	if failed > 0 {
		return fmt.Errorf("%d requests failed: these figures do not count", failed)
	}
	return nil
}

func (l *lab) plan() (list []*figures) {
	for _, s := range l.systems {
		for _, op := range s.operations {
			rate := l.rate
			if op.Writes {
				rate /= 2
			}
			if l.connections > 0 {
				list = append(list, &figures{system: s, Plan: load.Plan{Operation: op, Connections: l.connections}})
			}
			if rate > 0 {
				list = append(list, &figures{system: s, Plan: load.Plan{Operation: op, Rate: rate}})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *figures) int {
		return cmp.Or(strings.Compare(fmt.Sprint(a.Writes, a.Name), fmt.Sprint(b.Writes, b.Name)), cmp.Compare(a.Rate, b.Rate))
	})
	return list
}

func (f *figures) load() string {
	if f.Rate == 0 {
		return fmt.Sprintf("%d connections", f.Connections)
	}
	return fmt.Sprintf("%.0f/s", f.Rate)
}

// measure measures once, after a second to warm up. What the processes do after their answers counts as well.
func (f *figures) measure(l *lab) error {
	p := f.Plan
	p.Length, p.Seed = time.Second, 1
	load.Run(l.ctx, p)
	before, err := process.WaitIdle(f.groups)
	if err != nil {
		return err
	}
	p.Length, p.Seed = l.span, 2
	r := round{Result: load.Run(l.ctx, p)}
	after, err := process.WaitIdle(f.groups)
	if err != nil {
		return err
	}
	for i := range after {
		r.cpu = append(r.cpu, (after[i].CPU-before[i].CPU)/time.Duration(max(1, r.Sent)))
	}
	f.rounds = append(f.rounds, r)
	return l.ctx.Err()
}

func (r round) sum() (all time.Duration) {
	for _, cpu := range r.cpu {
		all += cpu
	}
	return all
}

// print tells how many requests failed.
func (f *figures) print(list []*figures) (failed int) {
	sent := 0
	for _, r := range f.rounds {
		n, why := r.Failed()
		if sent, failed = sent+r.Sent, failed+n; n > 0 {
			say("FAILED: %s, %s: %v", f.name, f.Name, why)
		}
	}
	row(f.Name, f.load(), f.name, sent, failed,
		int(median(f.rounds, func(r round) float64 { return float64(r.Sent) / r.Took.Seconds() })),
		median(f.rounds, func(r round) time.Duration { return r.Percentile(50) }),
		median(f.rounds, func(r round) time.Duration { return r.Percentile(99) }),
		median(f.rounds, round.sum), f.parts(), f.ratio(list))
	return failed
}

// parts is the CPU time of each group, where there is more than one.
func (f *figures) parts() string {
	var parts []string
	for i, g := range f.groups {
		parts = append(parts, g.Name+" "+millis(median(f.rounds, func(r round) time.Duration { return r.cpu[i] })))
	}
	if len(parts) < 2 {
		return ""
	}
	return strings.Join(parts, ", ")
}

// ratio is how much CPU time ours takes in the same rounds, as a multiple.
func (f *figures) ratio(list []*figures) string {
	i := slices.IndexFunc(list, func(o *figures) bool { return o.name == f.beside && o.Name == f.Name && o.Rate == f.Rate })
	if i < 0 || len(f.groups) == 0 {
		return ""
	}
	ours, n := list[i].rounds, -1
	times := median(f.rounds, func(r round) float64 {
		n++
		return float64(ours[n].sum()) / float64(r.sum())
	})
	if math.IsInf(times, 0) || math.IsNaN(times) { // too little to be seen in ticks of 10 ms
		return ""
	}
	return fmt.Sprintf("%.2f", times)
}
