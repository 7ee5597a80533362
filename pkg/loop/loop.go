// Package loop repeats work in the background. It knows no service.
package loop

import (
	"context"
	"log/slog"
	"time"
)

// Every calls do until ctx ends: at once, after each interval, and when it is woken. Of several errors in a row
// only the first is logged, as "could not " and the purpose of do.
func Every(ctx context.Context, interval time.Duration, woken <-chan struct{}, log *slog.Logger, what string, do func(context.Context) error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for failing := false; ; {
		err := do(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			log.ErrorContext(ctx, "could not "+what, "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-woken:
		}
	}
}

// Wake wakes whoever waits on the channel, which has room for one value. If a value is there already, it does nothing.
func Wake(sleeper chan<- struct{}) {
	select {
	case sleeper <- struct{}{}:
	default:
	}
}

// InHour tells whether it is this hour of the day, 0 to 23, by the machine's own time.
func InHour(hour int, now time.Time) bool { return now.Local().Hour() == hour }
