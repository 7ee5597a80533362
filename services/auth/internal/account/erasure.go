package account

import (
	"context"
	"errors"
	"fmt"
)

// FinishErasures removes what was said of deleted users before their deletion, once that has been announced itself, and
// then their tombstones: the state by which each is retried until nothing is left, whatever crashes in between. It must
// run about every second, and may run in several processes.
func (a *Accounts) FinishErasures(ctx context.Context) error {
	if a.Announced == nil {
		return nil
	}
	users, err := a.Store.ErasedUsers(ctx, sweepBatch)
	if err != nil {
		return fmt.Errorf("list erased users: %w", err)
	}
	forgotten, failed := a.forgetAll(ctx, users)
	if len(forgotten) == 0 {
		return failed
	}
	if err := a.Store.Scrub(ctx); err != nil {
		return errors.Join(failed, fmt.Errorf("scrub what erased users left: %w", err))
	}
	return errors.Join(failed, a.removeTombstones(ctx, forgotten))
}

// forgetAll goes on with the others where one fails.
func (a *Accounts) forgetAll(ctx context.Context, users []string) (forgotten []string, failed error) {
	for _, id := range users {
		if err := a.forget(ctx, id); err != nil {
			failed = errors.Join(failed, fmt.Errorf("forget user %s: %w", id, err))
			continue
		}
		forgotten = append(forgotten, id)
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

func (a *Accounts) removeTombstones(ctx context.Context, users []string) error {
	for _, id := range users {
		if err := a.Store.RemoveTombstone(ctx, id); err != nil {
			return fmt.Errorf("remove tombstone of user %s: %w", id, err)
		}
	}
	return nil
}
