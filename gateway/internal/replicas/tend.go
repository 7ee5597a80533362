package replicas

import (
	"context"
	"net/http"
	"time"
)

// A replica that hangs is noticed after one interval and one patience: within a second.
const (
	lookupInterval = time.Second
	lookupPatience = time.Second
	probeInterval  = 250 * time.Millisecond
	probePatience  = 500 * time.Millisecond
)

// Run follows DNS, and asks each replica whether it is ready, until ctx ends. A single replica is not asked,
// since there is no other one.
func (s *Set) Run(ctx context.Context) {
	lookups, probes := time.NewTicker(lookupInterval), time.NewTicker(probeInterval)
	defer lookups.Stop()
	defer probes.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-lookups.C:
			_ = s.find(ctx) // known addresses stay; without any, each request fails
		case <-probes.C:
			s.probe(ctx)
		}
	}
}

func (s *Set) probe(ctx context.Context) {
	all := s.current()
	if len(all) < 2 {
		return
	}
	for _, r := range all {
		if r.probed.CompareAndSwap(false, true) {
			go func() {
				defer r.probed.Store(false)
				s.hear(r, r.ask(ctx, s.options.Scheme))
			}()
		}
	}
}

// hear notes whether a replica is ready.
func (s *Set) hear(r *replica, says bool) {
	if !r.isReady(says, time.Now()) {
		return
	}
	if says {
		s.options.Log.Info("replica is ready", "address", r.addr)
	} else {
		s.options.Log.Warn("replica is not ready", "address", r.addr)
	}
}

// ask tells whether the replica says in time that it is ready.
func (r *replica) ask(ctx context.Context, scheme string) bool {
	ctx, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+r.host+"/readyz", nil)
	if err != nil {
		return false
	}
	res, err := r.transport.RoundTrip(req)
	if err != nil {
		return false
	}
	discard(res)
	return res.StatusCode == http.StatusOK && !res.Close
}
