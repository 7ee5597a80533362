// Package redis is the registry that several processes share, on Redis 7 (one server or a cluster) or a server with its protocol.
//
// The access JWTs of a user are one hash, at:{userId}, and a throttle is one counter, th:{key}. Every call is one script
// over one key, so it is atomic, one round trip, and in one slot of a cluster. Its clock is the server's; clients send only how
// long something lasts, so the clocks of servers and services may differ.
//
// A revoked token must never be valid again. A snapshot, an append-only file or a replica may have missed the last
// revocations. So a token is valid only in the server process that registered it: when Redis restarts, fails over or
// moves a slot, clients refresh the tokens concerned. Redis needs no disk for this registry.
//
// Redis must not evict: its maxmemory-policy is noeviction. Its user may run EVAL, EVALSHA, INFO, TIME, HGET, HMGET,
// HGETALL, HSET, HDEL, DEL, PEXPIREAT, GET, SET, INCR, DECR and PTTL; SELECT for a database other than 0; and in a
// cluster ASKING, CLUSTER SLOTS and CLUSTER INFO.
package redis

import (
	"context"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"crm.example/pkg/problem"
	"crm.example/pkg/registry"
)

// Registry implements registry.Tokens and registry.Throttle. A failure of the network is a problem `unavailable`, after
// Options.Timeout at the latest.
type Registry struct {
	client  goredis.UniversalClient
	prefix  string
	timeout time.Duration
}

var (
	_ registry.Tokens   = (*Registry)(nil)
	_ registry.Throttle = (*Registry)(nil)
)

// DefaultTimeout is for a Redis in the same data centre, where a call takes less than a millisecond. It is longer because the
// process may wait for a core while passwords are hashed (docs/adr/0016).
const DefaultTimeout = 100 * time.Millisecond

// Options limit the time of a call.
type Options struct {
	// Timeout is for a whole call: the wait for a connection, its making, and the answer. 0 is DefaultTimeout.
	Timeout time.Duration
}

// Open makes a registry of the Redis at a URL:
//
//	redis://user:password@host:6379/0           one server and the number of its database
//	rediss://…                                  with TLS
//	redis://host:6379?cluster=true&addr=host2:6379   a cluster, found through any of these nodes
//	redis://…?prefix=crm:                       all keys begin with crm:, where others share the server
//
// It connects at the first call, so Redis may start later. An error means that the
// URL cannot work, and contains nothing secret.
func Open(url string, o Options) (*Registry, error) {
	at, err := parse(url)
	if err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	return &Registry{client: at.client(o.Timeout), prefix: at.prefix, timeout: o.Timeout}, nil
}

// Close closes all connections.
func (r *Registry) Close() error { return r.client.Close() }

// run runs a script on one key. The verb says in the log what it was for.
func (r *Registry) run(ctx context.Context, verb string, s *goredis.Script, key string, args ...any) (*goredis.Cmd, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	answer := s.Run(ctx, r.client, []string{key}, args...)
	if err := answer.Err(); err != nil {
		return nil, problem.NewUnavailable(fmt.Errorf("%s: %w", verb, err))
	}
	return answer, nil
}

// ask runs a script whose answer is a number.
func (r *Registry) ask(ctx context.Context, verb string, s *goredis.Script, key string, args ...any) (int64, error) {
	answer, err := r.run(ctx, verb, s, key, args...)
	if err != nil {
		return 0, err
	}
	number, err := answer.Int64()
	if err != nil {
		return 0, problem.NewUnavailable(fmt.Errorf("%s: %w", verb, err))
	}
	return number, nil
}
