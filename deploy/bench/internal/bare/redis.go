package bare

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// Redis asks what must be asked for each request: one command, one round trip.
type Redis struct{ client *redis.Client }

// OpenRedis connects to the server of the services.
func OpenRedis(address string) Redis {
	return Redis{redis.NewClient(&redis.Options{Addr: address, Protocol: 2})}
}

// Close closes the connections.
func (r Redis) Close() error { return r.client.Close() }

// Check reads a user's hash.
func (r Redis) Check(ctx context.Context, n int64) error {
	return r.client.HMGet(ctx, fmt.Sprintf("at:{%d}", n), "token", "@run").Err()
}
