package redis

import (
	"context"
	"errors"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// dialTimeout may be longer than a call: the connection goes on being made, and the next call finds it.
	dialTimeout = time.Second
	// topology is how old the map of a cluster's slots may be. A failover is seen no later than this.
	topology = time.Second
)

// client makes a client whose calls end after the timeout, whatever they wait for, and are made once: one whose answer
// was lost may have been done, and its caller must know that it may not.
func (a address) client(timeout time.Duration) goredis.UniversalClient {
	logging.Disable() // it would log what every caller gets as an error
	one := *a.server
	one.Protocol = 2 // nothing here needs push messages
	one.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	one.DisableIdentity = true
	one.ContextTimeoutEnabled = true
	one.MaxRetries, one.DialerRetries = -1, 1
	one.DialTimeout, one.ReadTimeout, one.WriteTimeout, one.PoolTimeout = dialTimeout, timeout, timeout, timeout
	if a.cluster {
		return a.clusterClient(one)
	}
	return goredis.NewClient(&one)
}

func (a address) clusterClient(one goredis.Options) goredis.UniversalClient {
	return goredis.NewClusterClient(&goredis.ClusterOptions{
		Addrs: append([]string{one.Addr}, a.more...), Username: one.Username, Password: one.Password, TLSConfig: one.TLSConfig,
		Protocol: one.Protocol, MaintNotificationsConfig: one.MaintNotificationsConfig, DisableIdentity: true,
		ContextTimeoutEnabled: true, MaxRetries: -1, DialerRetries: 1,
		DialTimeout: one.DialTimeout, ReadTimeout: one.ReadTimeout, WriteTimeout: one.WriteTimeout, PoolTimeout: one.PoolTimeout,
		ClusterStateReloadInterval: topology,
		NewClient: func(node *goredis.Options) *goredis.Client {
			c := goredis.NewClient(node)
			c.AddHook(once{})
			return c
		},
	})
}

// once keeps a cluster's client from sending a command again unless a node refused it: it would do so in one
// loop with following redirections, which it must.
type once struct{}

// lost is an error that does not say what it is, so that nobody repeats the command for it.
type lost struct{ text string }

func (l lost) Error() string { return l.text }

func final(err error) error {
	var refused goredis.Error
	if err == nil || errors.As(err, &refused) || errors.Is(err, goredis.ErrClosed) {
		return err
	}
	return lost{err.Error()}
}

func (once) DialHook(next goredis.DialHook) goredis.DialHook { return next }

func (once) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error { return final(next(ctx, cmd)) }
}

func (once) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error { return final(next(ctx, cmds)) }
}
