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

// target says where a replica is: the name of its host, and the address to dial.
type target struct{ host, addr string }

// replica is one process of a service.
type replica struct {
	target
	transport *http.Transport
	waiting   atomic.Int64 // requests without an answer yet; a stream that has begun does not count
	unready   atomic.Bool  // it said so, or it has failed and not said since that it is ready
	probed    atomic.Bool  // a probe is under way

	mu       sync.Mutex
	failures int
	until    time.Time // after a failure it gets no requests until then
}

// health orders replicas: the best one gets the request. An unready one is better than none, since the
// reason (a store that is down) often makes all unready.
type health int

const (
	ready health = iota
	unready
	failing
)

// How long a replica gets no requests after a failure: the first time, and at most.
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

// failed notes a failure: the replica gets no requests for a while, each time for longer. Other requests that fail meanwhile
// belong to the same failure.
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

// isReady notes whether the replica says that it is ready, unless it failed a moment ago. It tells whether that has changed.
func (r *replica) isReady(says bool, now time.Time) (news bool) {
	if says && r.health(now) == failing {
		return false
	}
	return r.unready.Swap(!says) == says
}

// errNoConnection says that no connection was made, so nothing of the request was sent.
type errNoConnection struct{ error }

func (e errNoConnection) Unwrap() error { return e.error }

func unsent(err error) bool { return errors.As(err, new(errNoConnection)) }

// newReplica gives it a transport of its own, so that its connections can be closed separately.
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
		Proxy:                  nil, // HTTP_PROXY is for requests to the internet, not to services
		DialContext:            dial,
		TLSHandshakeTimeout:    2 * o.DialPatience,
		MaxIdleConnsPerHost:    256,
		IdleConnTimeout:        60 * time.Second, // below the services' own 120 s, so that it is we who close
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
	}}
}
