package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"crm.example/deploy/bench/internal/load"
	"crm.example/deploy/bench/internal/process"
)

const warmUp = 3 * time.Second

// figures is a table of response times, with the CPU time of each group of processes.
type figures struct {
	report *report
	groups []process.Group
	*table
}

func newFigures(r *report, s *section, groups []process.Group) figures {
	head := []string{"what", "rate", "sent", "failed", "p50 ms", "p99 ms", "CPU ms each"}
	if len(groups) > 1 {
		for _, g := range groups {
			head = append(head, g.Name)
		}
	}
	return figures{r, groups, s.table(head...)}
}

// openLoop measures one kind of request at a rate. What the processes do after their answers counts as well.
func (f figures) openLoop(ctx context.Context, name string, rate float64, span time.Duration, send func(context.Context) error) error {
	load.Run(ctx, load.Plan{Rate: rate, Length: warmUp, Seed: 1, Send: send})
	before, err := f.settled()
	if err != nil {
		return err
	}
	result := load.Run(ctx, load.Plan{Rate: rate, Length: span, Seed: 2, Send: send})
	after, err := f.settled()
	if err != nil {
		return errors.Join(err, ctx.Err())
	}
	failed := 0
	for reason, n := range result.Failed {
		failed += n
		say("%s: %d × %s", name, n, reason)
	}
	f.report.failed += failed
	f.row(name, fmt.Sprintf("%.0f/s", rate), result.Sent, failed, result.Percentile(50), result.Percentile(99), before, after)
	return ctx.Err()
}

// inARow does one thing after the other in this process, which is one of the groups.
func (f figures) inARow(ctx context.Context, name string, span time.Duration, do func(ctx context.Context, n int64) error) error {
	before, err := process.Usage(f.groups)
	if err != nil {
		return err
	}
	var took []time.Duration
	for start := time.Now(); time.Since(start) < span; {
		began := time.Now()
		if err := do(ctx, rand.Int64()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		took = append(took, time.Since(began))
	}
	after, err := process.Usage(f.groups)
	if err != nil {
		return err
	}
	slices.Sort(took)
	f.row(name, "in a row", len(took), 0, took[len(took)/2], took[len(took)*99/100], before, after)
	return nil
}

func (f figures) row(name, rate string, sent, failed int, p50, p99 time.Duration, before, after []time.Duration) {
	cells := []string{name, rate, fmt.Sprint(sent), fmt.Sprint(failed), millis(p50), millis(p99)}
	var sum time.Duration
	var each []string
	for i := range f.groups {
		cpu := (after[i] - before[i]) / time.Duration(max(1, sent))
		sum += cpu
		each = append(each, millis(cpu))
	}
	switch len(f.groups) {
	case 0:
		cells = append(cells, "–")
	case 1:
		cells = append(cells, each...)
	default:
		cells = append(append(cells, millis(sum)), each...)
	}
	f.add(cells...)
}

func (f figures) settled() ([]time.Duration, error) {
	if err := process.Settle(f.groups); err != nil {
		return nil, err
	}
	return process.Usage(f.groups)
}

// self is this process, without the servers that it has started.
var self = process.Group{Name: "driver", PIDs: []int{os.Getpid()}, Alone: true}
