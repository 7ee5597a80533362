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
	// dialTimeout may be longer than a call: connecting goes on in the background, and the next call uses the connection.
	dialTimeout = time.Second
	// topology is how old the map of a cluster's slots may be. A failover is noticed after this time at the latest.
	topology = time.Second
)

// client makes a client whose calls end after the timeout, whatever they wait for. It never repeats a call: if the answer was
// lost, the call may have been carried out, and the caller must know that this is not certain.
func (a address) client(timeout time.Duration) goredis.UniversalClient {
	logging.Disable() // it would log errors that every caller gets anyway
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

// once makes a cluster's client send a command again only if a node refused it. The client has one loop for repeats and for
// following redirections, so repeats cannot be switched off.
type once struct{}

// lost hides the kind of an error, so that the client does not repeat the command.
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
