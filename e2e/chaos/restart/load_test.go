//go:build chaos

package restart_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// perSecond is how many requests begin in a second, whether or not those before them have been answered.
const perSecond = 200

// mix is what ten requests in a row are: seven read, three change, one of those with an Idempotency-Key. One in fifty is a refresh instead.
var mix = []string{"get", "list", "user", "open", "get", "list", "reply", "user", "get", "open with a key"}

// load is an open one: each request has its time and begins then.
type load struct {
	people  []*person
	stopped chan struct{}
	driving sync.WaitGroup
	sent    atomic.Int64
	phase   atomic.Value // what is being restarted, a string

	mu       sync.Mutex
	times    map[string][]time.Duration // by phase, from when a request was due to the end of its answer
	failures map[string]int             // by what was asked for
	examples []string
}

func newLoad(people []*person) *load {
	l := &load{people: people, stopped: make(chan struct{}), times: map[string][]time.Duration{}, failures: map[string]int{}}
	l.phase.Store("")
	return l
}

func (l *load) begin() { l.driving.Go(l.drive) }

// end begins no more requests and waits for the answers.
func (l *load) end() {
	close(l.stopped)
	l.driving.Wait()
}

func (l *load) drive() {
	var requests sync.WaitGroup
	defer requests.Wait()
	begun := time.Now()
	for n := 0; ; n++ {
		due := begun.Add(time.Duration(n) * time.Second / perSecond)
		select {
		case <-l.stopped:
			return
		case <-time.After(time.Until(due)):
			requests.Go(func() { l.one(n, due) })
		}
	}
}

func (l *load) one(n int, due time.Time) {
	phase := l.phase.Load().(string)
	what := mix[n%len(mix)]
	if n%50 == 2 {
		what = "refresh"
	}
	err := l.people[(n/len(mix))%len(l.people)].do(what, n)
	l.sent.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.times[phase] = append(l.times[phase], time.Since(due))
	if err != nil {
		l.failures[phase+": "+what]++
		if len(l.examples) < 20 {
			l.examples = append(l.examples, fmt.Sprintf("%s, %s: %v", time.Now().UTC().Format(time.StampMilli), phase, err))
		}
	}
}

func (p *person) do(what string, n int) error {
	switch what {
	case "list":
		return p.call("GET", "/v1/ticket", "", nil, nil, 200)
	case "get":
		return p.call("GET", "/v1/ticket/"+p.ticket(), "", nil, nil, 200)
	case "user":
		return p.call("GET", "/v1/user", "", nil, nil, 200)
	case "open":
		return p.open(fmt.Sprint("Ticket ", n), "")
	case "open with a key":
		return p.open(fmt.Sprint("Ticket ", n), fmt.Sprint("load-", n))
	case "reply":
		return p.reply()
	default:
		return p.refresh()
	}
}

// quantile of the times of a phase; of all of them if it is "".
func (l *load) quantile(phase string, q float64) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []time.Duration
	for name, times := range l.times {
		if phase == "" || phase == name {
			all = append(all, times...)
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[int(q*float64(len(all)-1))].Round(100 * time.Microsecond)
}
