package replicas

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// target is where a replica is: the host that it answers for, and the address that is dialled.
type target struct{ host, addr string }

// replica is one process of a service.
type replica struct {
	target
	transport *http.Transport
	waiting   atomic.Int64 // requests without an answer yet; a stream that has begun is none
	unready   atomic.Bool  // it said so, or it failed and has not said otherwise since
	probed    atomic.Bool  // a probe is under way

	mu       sync.Mutex
	failures int
	until    time.Time // it failed, and is left alone until then
}

// health orders replicas: the first that there is gets the request. The others are still better than
// none, since what makes one unready (a store that is down) often makes all unready.
type health int

const (
	ready health = iota
	unready
	failing
)

// How long a replica that failed is left alone: the first time, and at most.
const (
	firstPenalty = 500 * time.Millisecond
	lastPenalty  = 5 * time.Second
)

func (r *replica) health(now time.Time) health {
	if !r.unready.Load() {
		return ready
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Before(r.until) {
		return failing
	}
	return unready
}

// failed leaves the replica alone, each time for longer. What fails meanwhile is the same failure and no news.
func (r *replica) failed(now time.Time) (news bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Before(r.until) {
		return false
	}
	r.until = now.Add(min(firstPenalty<<min(r.failures, 8), lastPenalty))
	r.failures++
	r.unready.Store(true)
	return true
}

// answered forgets old failures.
func (r *replica) answered() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = 0
}

// leave lets a replica end: it gets no new request while there is another.
func (r *replica) leave() {
	r.unready.Store(true)
	r.transport.CloseIdleConnections()
}

// isReady takes the replica's own word, unless it failed a moment ago. It reports whether that is news.
func (r *replica) isReady(says bool, now time.Time) (news bool) {
	if says && r.health(now) == failing {
		return false
	}
	return r.unready.Swap(!says) == says
}

// errNoConnection wraps why no connection was made: of the request, nothing was sent.
type errNoConnection struct{ error }

func (e errNoConnection) Unwrap() error { return e.error }

func unsent(err error) bool { return errors.As(err, new(errNoConnection)) }

// newReplica makes a transport of its own for it, so that its connections can be closed alone.
func newReplica(t target, o Options) *replica {
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, o.DialPatience)
		defer cancel()
		conn, err := o.Dial(ctx, network, t.addr)
		if err != nil {
			return nil, errNoConnection{err}
		}
		return conn, nil
	}
	return &replica{target: t, transport: &http.Transport{
		Proxy:                  nil, // HTTP_PROXY is for the way out, not for the way in
		DialContext:            dial,
		TLSHandshakeTimeout:    2 * o.DialPatience,
		MaxIdleConnsPerHost:    256,
		IdleConnTimeout:        60 * time.Second, // below the services' own 120 s, so that it is we who close
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
	}}
}
