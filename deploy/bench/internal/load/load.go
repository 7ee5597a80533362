// Package load sends requests and counts what comes of them. It knows nothing of what is sent.
package load

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Operation is what is measured of a system.
type Operation struct {
	Name   string
	Writes bool // at a fixed rate it is sent half as often
	Do     func(ctx context.Context) error
}

// Plan says what is sent and when.
type Plan struct {
	Operation
	// Rate is requests a second on average, sent at times fixed beforehand, whether or not earlier ones were answered (an open
	// loop): the gaps between them are exponential, as those of strangers are. 0 is a closed loop instead.
	Rate        float64
	Connections int           // of the closed loop: each sends as soon as the one before it is answered
	Length      time.Duration // how long requests become due
	Seed        uint64        // the same seed gives the same times
}

// Result is what came of a plan.
type Result struct {
	Sent   int
	Took   time.Duration
	failed int
	why    error
	times  []time.Duration // of those that succeeded, sorted
}

// Run follows the plan and waits for every answer. In an open loop a request's time counts from the moment it was due, so that
// a server that stalls pays for the requests that could not be sent or served meanwhile (no coordinated omission).
func Run(ctx context.Context, p Plan) Result {
	r, begun := recorder{}, time.Now()
	if p.Rate > 0 {
		r.open(ctx, p)
	} else {
		r.closed(ctx, p)
	}
	r.wg.Wait()
	r.Took = time.Since(begun)
	slices.Sort(r.times)
	return r.Result
}

// Percentile is the time within which p percent of the successful requests were answered; 0 if there were none.
func (r Result) Percentile(p float64) time.Duration {
	if len(r.times) == 0 {
		return 0
	}
	return r.times[min(int(float64(len(r.times))*p/100), len(r.times)-1)]
}

// Failed is how many requests failed, and one of the errors.
func (r Result) Failed() (n int, why error) { return r.failed, r.why }

// recorder collects from many requests at once.
type recorder struct {
	Result
	mu sync.Mutex
	wg sync.WaitGroup
}

func (r *recorder) open(ctx context.Context, p Plan) {
	random, start := rand.New(rand.NewPCG(p.Seed, 0)), time.Now()
	gap := func() time.Duration { return time.Duration(random.ExpFloat64() / p.Rate * float64(time.Second)) }
	for due := start; due.Sub(start) < p.Length && ctx.Err() == nil; due = due.Add(gap()) {
		time.Sleep(time.Until(due))
		r.wg.Go(func() { r.record(due, p.Do(ctx)) })
	}
}

func (r *recorder) closed(ctx context.Context, p Plan) {
	end := time.Now().Add(p.Length)
	for range p.Connections {
		r.wg.Go(func() {
			for begun := time.Now(); begun.Before(end) && ctx.Err() == nil; begun = time.Now() {
				r.record(begun, p.Do(ctx))
			}
		})
	}
}

func (r *recorder) record(due time.Time, err error) {
	took := time.Since(due)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Sent++
	if err != nil {
		r.failed, r.why = r.failed+1, err
		return
	}
	r.times = append(r.times, took)
}
