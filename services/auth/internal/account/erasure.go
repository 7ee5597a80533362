package account

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// secondLook is how long after the first look at a tombstone the second one is due. By then every request that had read the
// user has ended, reset requests for the email have expired, and consumers have stored as dead letters the older events that they
// could not handle.
const secondLook = 20 * time.Minute

// FinishErasures removes the older events about deleted users, when the event `deleted` is published. After secondLook it looks
// again, removes data that came in late, and then removes the tombstone. Until then the tombstone makes it try again, whatever
// crashes in between. It must run about every second, and may run in several processes.
func (a *Accounts) FinishErasures(ctx context.Context) error {
	if a.Announced == nil {
		return nil
	}
	now := a.now() // before it looks, so that data that comes in meanwhile has all of secondLook
	due, err := a.Store.ErasedUsers(ctx, now, sweepBatch)
	if err != nil {
		return fmt.Errorf("list erased users: %w", err)
	}
	forgotten, failed := a.forgetAll(ctx, due)
	if len(forgotten) == 0 {
		return failed
	}
	if err := a.Store.Scrub(ctx); err != nil {
		return errors.Join(failed, fmt.Errorf("scrub what erased users left: %w", err))
	}
	return errors.Join(failed, a.lookedAt(ctx, forgotten, now.Add(secondLook)))
}

// forgetAll goes on with the others if one fails.
func (a *Accounts) forgetAll(ctx context.Context, due []Tombstone) (forgotten []Tombstone, failed error) {
	for _, t := range due {
		if err := a.forget(ctx, t.UserID); err != nil {
			failed = errors.Join(failed, fmt.Errorf("forget user %s: %w", t.UserID, err))
			continue
		}
		forgotten = append(forgotten, t)
	}
	return forgotten, failed
}

// forget removes the sessions and mails once more: a login or a mail may have been under way when the account was deleted.
func (a *Accounts) forget(ctx context.Context, userID string) error {
	if err := a.removeTraces(ctx, userID); err != nil {
		return err
	}
	return a.Announced.Forget(ctx, userID)
}

// lookedAt removes the tombstones after their second look, and postpones the others until it is due.
func (a *Accounts) lookedAt(ctx context.Context, forgotten []Tombstone, again time.Time) error {
	for _, t := range forgotten {
		if err := a.lookedAtOne(ctx, t, again); err != nil {
			return fmt.Errorf("note that user %s was forgotten: %w", t.UserID, err)
		}
	}
	return nil
}

func (a *Accounts) lookedAtOne(ctx context.Context, t Tombstone, again time.Time) error {
	if t.Again {
		return a.Store.RemoveTombstone(ctx, t.UserID)
	}
	return a.Store.PostponeTombstone(ctx, t.UserID, again)
}
