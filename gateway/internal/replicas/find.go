package replicas

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// missPause is how long after a look-up without a result the next one begins, so that an outage of DNS makes no queue.
const missPause = 250 * time.Millisecond

// findFirst is for requests that come before any address is known: one of them asks, for all.
func (s *Set) findFirst(ctx context.Context) error {
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if len(s.current()) > 0 {
		return nil
	}
	if time.Since(s.missed) > missPause {
		s.miss = s.look(context.WithoutCancel(ctx))
		s.missed = time.Now()
	}
	if len(s.current()) > 0 {
		return nil
	}
	return s.miss
}

// find looks up every host and makes its addresses the replicas. If a host has no address now, it keeps the
// earlier ones: an outage of DNS removes no replica.
func (s *Set) find(ctx context.Context) error {
	s.asking <- struct{}{}
	defer func() { <-s.asking }()
	return s.look(ctx)
}

func (s *Set) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookupPatience)
	defer cancel()
	var targets []target
	var failure error
	for _, host := range s.options.Hosts {
		addrs, err := s.addresses(ctx, host)
		if err != nil {
			failure, addrs = err, s.known[host]
		}
		s.known[host] = addrs
		for _, addr := range addrs {
			targets = append(targets, target{host: host, addr: addr})
		}
	}
	s.replace(targets)
	return failure
}

// addresses gives each address of the host with its port, in order.
func (s *Set) addresses(ctx context.Context, host string) ([]string, error) {
	name, port := split(host, s.options.Scheme)
	if _, err := netip.ParseAddr(name); err == nil || s.options.Lookup == nil {
		return []string{net.JoinHostPort(name, port)}, nil
	}
	found, err := s.options.Lookup(ctx, name)
	if err == nil && len(found) == 0 {
		err = errNoAddress
	}
	if err != nil {
		return nil, err
	}
	found = oneFamily(found)
	for i, addr := range found {
		found[i] = net.JoinHostPort(addr, port)
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

var errNoAddress = errors.New("the name has no address")

// oneFamily keeps only IPv4 addresses, if there are any: a process that listens on both families is one
// replica and not two.
func oneFamily(addrs []string) []string {
	v4 := make([]string, 0, len(addrs))
	for _, addr := range addrs {
		if !strings.Contains(addr, ":") {
			v4 = append(v4, addr)
		}
	}
	if len(v4) > 0 {
		return v4
	}
	return slices.Clone(addrs)
}

func split(host, scheme string) (name, port string) {
	if name, port, err := net.SplitHostPort(host); err == nil {
		return name, port
	}
	name = strings.Trim(host, "[]")
	if scheme == "https" {
		return name, "443"
	}
	return name, "80"
}
