package ticket

import (
	"context"
	"time"

	"crm.example/pkg/problem"
)

// Throttle counts attempts under a key within a window that begins with the first of them. A failure is a problem unavailable.
type Throttle interface {
	// Take counts an attempt. left is how many more the window allows; below 0, this one was above the limit and was not
	// counted. ends is how long the window still lasts.
	Take(ctx context.Context, key string, limit int, window time.Duration) (left int, ends time.Duration, err error)
	// Return takes one attempt back.
	Return(ctx context.Context, key string) error
}

// Limits are how much one client may write in an hour.
type Limits struct {
	Opened  int // tickets
	Replies int
}

const perHour = time.Hour

// The keys begin with ticket-, by which a Redis user can be kept to them.
func openingsOf(a Actor) string { return "ticket-open:" + a.ID }
func repliesOf(a Actor) string  { return "ticket-reply:" + a.ID }

// admit counts what a client is about to write, or refuses it until the hour ends. Agents are not counted.
func (d Desk) admit(ctx context.Context, a Actor, key string, limit int) error {
	if a.Role.Answers() {
		return nil
	}
	left, ends, err := d.Throttle.Take(ctx, key, limit, perHour)
	if err == nil && left < 0 {
		return problem.NewLimited("You have written much within an hour. Try again later.", ends)
	}
	return err
}

// giveBack uncounts what has stored nothing. If that fails, the client has one less until the hour ends.
func (d Desk) giveBack(ctx context.Context, a Actor, key string) {
	if !a.Role.Answers() {
		_ = d.Throttle.Return(context.WithoutCancel(ctx), key)
	}
}
