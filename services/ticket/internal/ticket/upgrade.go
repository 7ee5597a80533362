package ticket

import (
	"context"
	"errors"
	"sync"
)

// Upgrades are what tickets that an earlier version of the service has written still need: a number, and how long their
// client waits.
type Upgrades interface {
	// Unnumbered returns tickets without a number, whole, in the order of their ids, at most limit.
	Unnumbered(ctx context.Context, limit int) ([]Ticket, error)
	// CountUnnumbered tells how many there are.
	CountUnnumbered(ctx context.Context) (int, error)
	// Upgrade gives a ticket a number and stores WaitingSince and FirstRepliedAt with it, in one write that no event tells
	// of and that leaves Version as it is. If the ticket has changed since, has a number by now or is gone, it does nothing.
	Upgrade(ctx context.Context, t Ticket) error
}

// upgraded are the tickets in memory at a time, each of at most a conversation's largest size.
const upgraded = 16

// Upgrade gives every ticket what it still needs, beside a running service. It may be cut off and repeated at any time, and
// run in several processes. progress hears, if there is anything to do, how many are done and how many there were.
func Upgrade(ctx context.Context, store Upgrades, progress func(done, all int)) error {
	page, err := store.Unnumbered(ctx, upgraded)
	if err != nil || len(page) == 0 {
		return err
	}
	all, err := store.CountUnnumbered(ctx)
	if err != nil {
		return err
	}
	done := 0
	for len(page) > 0 {
		progress(done, max(all, done+len(page)))
		if err := upgrade(ctx, store, page); err != nil {
			return err
		}
		done += len(page)
		if page, err = store.Unnumbered(ctx, upgraded); err != nil {
			return err
		}
	}
	progress(done, done)
	return nil
}

// upgrade has several writes share what a write costs the disk.
func upgrade(ctx context.Context, store Upgrades, page []Ticket) error {
	failed := make([]error, len(page))
	var all sync.WaitGroup
	for i, t := range page {
		all.Go(func() {
			t.Recount()
			failed[i] = store.Upgrade(ctx, t)
		})
	}
	all.Wait()
	return errors.Join(failed...)
}
