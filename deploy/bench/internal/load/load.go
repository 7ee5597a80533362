// Package load sends requests at times fixed beforehand, whether or not earlier ones were answered (an open loop),
// as many independent clients do. It knows nothing of what is sent.
package load

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Plan says what is sent and when.
type Plan struct {
	Rate   float64       // requests a second on average; the gaps between them are exponential, as those of strangers are
	Length time.Duration // how long requests become due
	Seed   uint64        // the same seed gives the same times
	Send   func(ctx context.Context) error
}

// Result is what came of a plan.
type Result struct {
	Sent   int
	Failed map[string]int  // by the error's text
	took   []time.Duration // of those that succeeded, sorted
}

// Run follows the plan and waits for every answer. A request's time counts from the moment it was due, so that a
// server that stalls pays for the requests that could not be sent or served meanwhile (no coordinated omission).
func Run(ctx context.Context, p Plan) Result {
	r := recorder{failed: map[string]int{}}
	random := rand.New(rand.NewPCG(p.Seed, 0))
	start := time.Now()
	var wg sync.WaitGroup
	for due := start; due.Sub(start) < p.Length && ctx.Err() == nil; due = due.Add(gap(random, p.Rate)) {
		time.Sleep(time.Until(due))
		wg.Go(func() { r.record(due, p.Send(ctx)) })
	}
	wg.Wait()
	slices.Sort(r.took)
	return Result{Sent: r.sent, Failed: r.failed, took: r.took}
}

func gap(random *rand.Rand, rate float64) time.Duration {
	return time.Duration(random.ExpFloat64() / rate * float64(time.Second))
}

// Percentile is the time within which p percent of the successful requests were answered; 0 if there were none.
func (r Result) Percentile(p float64) time.Duration {
	if len(r.took) == 0 {
		return 0
	}
	return r.took[min(int(float64(len(r.took))*p/100), len(r.took)-1)]
}

// recorder collects from many requests at once.
type recorder struct {
	mu     sync.Mutex
	sent   int
	failed map[string]int
	took   []time.Duration
}

func (r *recorder) record(due time.Time, err error) {
	took := time.Since(due)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent++
	if err != nil {
		r.failed[err.Error()]++
		return
	}
	r.took = append(r.took, took)
}
