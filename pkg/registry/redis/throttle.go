package redis

import (
	"context"
	_ "embed" // the scripts
	"time"

	goredis "github.com/redis/go-redis/v9"
)

var (
	//go:embed scripts/take.lua
	take string
	//go:embed scripts/return.lua
	giveBack string

	takeScript     = goredis.NewScript(take)
	giveBackScript = goredis.NewScript(giveBack)
)

func (r *Registry) throttle(key string) string { return r.prefix + "th:{" + key + "}" }

// Take implements registry.Throttle.
func (r *Registry) Take(ctx context.Context, key string, limit int, window time.Duration) (time.Duration, error) {
	wait, err := r.ask(ctx, "count attempt", takeScript, r.throttle(key), limit, max(1, window.Milliseconds()))
	return time.Duration(wait) * time.Millisecond, err
}

// Return implements registry.Throttle.
func (r *Registry) Return(ctx context.Context, key string) error {
	_, err := r.ask(ctx, "return attempt", giveBackScript, r.throttle(key))
	return err
}
