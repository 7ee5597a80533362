package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"crm.example/deploy/bench/internal/load"
	"crm.example/deploy/bench/internal/process"
)

// report collects rows of figures; each is a line of a Markdown table.
type report struct {
	times, memories []string
	failed          int
}

const warmUp = 3 * time.Second

// openLoop measures one kind of request at a rate. What the process does after its answers counts as well.
func (r *report) openLoop(ctx context.Context, name string, rate float64, span time.Duration, pid int, send func(context.Context) error) error {
	load.Run(ctx, load.Plan{Rate: rate, Length: warmUp, Seed: 1, Send: send})
	before, err := settledCPU(pid)
	if err != nil {
		return err
	}
	result := load.Run(ctx, load.Plan{Rate: rate, Length: span, Seed: 2, Send: send})
	after, err := settledCPU(pid)
	if err != nil {
		return errors.Join(err, ctx.Err())
	}
	cpu := "–"
	if pid != 0 && result.Sent > 0 {
		cpu = millis((after - before) / time.Duration(result.Sent))
	}
	failed := 0
	for reason, n := range result.Failed {
		failed += n
		say("%s: %d × %s", name, n, reason)
	}
	r.failed += failed
	r.add(name, fmt.Sprintf("%.0f/s", rate), result.Sent, failed, result.Percentile(50), result.Percentile(99), cpu)
	return ctx.Err()
}

// closedLoop does one thing after the other in this process.
func (r *report) closedLoop(ctx context.Context, name string, span time.Duration, do func(ctx context.Context, n int64) error) error {
	before, err := process.CPU(os.Getpid())
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
	after, err := process.CPU(os.Getpid())
	if err != nil {
		return err
	}
	slices.Sort(took)
	r.add(name, "in a row", len(took), 0, took[len(took)/2], took[len(took)*99/100], millis((after-before)/time.Duration(len(took))))
	return nil
}

func (r *report) add(name, rate string, sent, failed int, p50, p99 time.Duration, cpu string) {
	r.times = append(r.times, fmt.Sprintf("| %s | %s | %d | %d | %s | %s | %s |", name, rate, sent, failed, millis(p50), millis(p99), cpu))
	say("measured: %s", name)
}

// memory notes what the process holds, and what it uses, while nobody asks anything.
func (r *report) memory(ctx context.Context, pid int, when string) error {
	if pid == 0 {
		return nil
	}
	const span = 5 * time.Second
	before, err := settledCPU(pid)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(span):
	}
	after, errCPU := process.CPU(pid)
	all, own, errRSS := process.RSS(pid)
	r.memories = append(r.memories, fmt.Sprintf("| %s | %d | %d | %.1f %% |", when, all>>20, own>>20, 100*float64(after-before)/float64(span)))
	return errors.Join(errCPU, errRSS)
}

// print writes the tables as they go into docs/performance.md. Figures with failures don't count.
func (r *report) print() error {
	fmt.Printf("\n| what | rate | sent | failed | p50 ms | p99 ms | CPU ms each |\n|---|---|---|---|---|---|---|\n%s\n", strings.Join(r.times, "\n"))
	if len(r.memories) > 0 {
		fmt.Printf("\n| process | RSS MiB | of it own | CPU |\n|---|---|---|---|\n%s\n", strings.Join(r.memories, "\n"))
	}
	if r.failed > 0 {
		return fmt.Errorf("%d requests failed: these figures do not count", r.failed)
	}
	return nil
}

func settledCPU(pid int) (time.Duration, error) {
	if pid == 0 {
		return 0, nil
	}
	if err := process.Settle(pid); err != nil {
		return 0, err
	}
	return process.CPU(pid)
}

func millis(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond)) }

// say shows progress; the report itself goes to the standard output.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
