package redis

import (
	"context"
	_ "embed" // the scripts
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"crm.example/pkg/problem"
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
func (r *Registry) Take(ctx context.Context, key string, limit int, window time.Duration) (left int, ends time.Duration, err error) {
	answer, err := r.run(ctx, "count attempt", takeScript, r.throttle(key), limit, max(1, window.Milliseconds()))
	if err != nil {
		return 0, 0, err
	}
	numbers, err := answer.Int64Slice()
	if err != nil || len(numbers) != 2 {
		return 0, 0, problem.NewUnavailable(fmt.Errorf("count attempt: Redis answers %v, %w", numbers, err))
	}
	return int(numbers[0]), time.Duration(numbers[1]) * time.Millisecond, nil
}

// Return implements registry.Throttle.
func (r *Registry) Return(ctx context.Context, key string) error {
	_, err := r.ask(ctx, "return attempt", giveBackScript, r.throttle(key))
	return err
}
