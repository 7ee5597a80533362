package ticket

import "context"

// Upgrades are what tickets that an earlier version of the service has written still need: a number, how long their client
// waits, and to be found by a search.
type Upgrades interface {
	// Outdated returns tickets that need something, whole, in the order of their ids, at most limit.
	Outdated(ctx context.Context, limit int) ([]Ticket, error)
	// CountOutdated tells how many there are.
	CountOutdated(ctx context.Context) (int, error)
	// Upgrade gives each of the tickets a number, if it has none, and stores its terms, WaitingSince and FirstRepliedAt, in one
	// write that no event tells of and that leaves Version as it is. One that has changed since, or is gone, it leaves alone.
	Upgrade(ctx context.Context, tickets []Ticket) error
}

// upgraded are the tickets in memory at a time, each of at most a conversation's largest size.
const upgraded = 16

// Upgrade gives every ticket what it still needs, beside a running service. It may be cut off and repeated at any time, and
// run in several processes. progress hears, if there is anything to do, how many are done and how many there were.
func Upgrade(ctx context.Context, store Upgrades, progress func(done, all int)) error {
	page, err := store.Outdated(ctx, upgraded)
	if err != nil || len(page) == 0 {
		return err
	}
	all, err := store.CountOutdated(ctx)
	if err != nil {
		return err
	}
	done := 0
	for len(page) > 0 {
		progress(done, max(all, done+len(page)))
		for i := range page {
			page[i].Recount()
		}
		if err := store.Upgrade(ctx, page); err != nil {
			return err
		}
		done += len(page)
		if page, err = store.Outdated(ctx, upgraded); err != nil {
			return err
		}
	}
	progress(done, done)
	return nil
}
