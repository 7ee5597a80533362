package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crm.example/pkg/problem"
)

// sweepBatch is how many documents are read at a time.
const sweepBatch = 200

// SweepRevocations removes the access JWTs from the registry that a crash or an outage between the durable
// end and the last revocation may have left there. It must run in a process with the services' registry,
// about every second and before the first request, and may run in several.
func (a *Accounts) SweepRevocations(ctx context.Context) error {
	return errors.Join(inBatches(ctx, a.sweepUsers), inBatches(ctx, a.sweepSessions))
}

// inBatches goes on while a batch was full: after a sweep nothing is left that was there when it began.
func inBatches(ctx context.Context, sweep func(context.Context) (swept int, err error)) error {
	for {
		if swept, err := sweep(ctx); err != nil || swept < sweepBatch {
			return err
		}
	}
}

func (a *Accounts) sweepUsers(ctx context.Context) (int, error) {
	users, err := a.Store.UsersPendingRevocation(ctx, sweepBatch)
	if err != nil {
		return 0, fmt.Errorf("list users to revoke: %w", err)
	}
	for _, u := range users {
		if err := a.Registry.RevokeUser(ctx, u.ID, u.SessionEpoch); err != nil {
			return 0, fmt.Errorf("revoke user: %w", err)
		}
		if err := a.clearMark(ctx, u); err != nil {
			return 0, fmt.Errorf("note that user was revoked: %w", err)
		}
	}
	return len(users), nil
}

// clearMark clears the mark of a pending revocation. A user that was deleted since it was read has a new one.
func (a *Accounts) clearMark(ctx context.Context, u User) error {
	if !u.DeletedAt.IsZero() {
		return a.Store.ClearTombstoneRevocation(ctx, u.ID)
	}
	_, err := a.Store.UpdateUser(ctx, u.ID, clearRevocation(u.SessionEpoch))
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	return err
}

// clearRevocation clears the mark of the epoch that was revoked, not of one that began meanwhile.
func clearRevocation(epoch int) func(*User) error {
	return func(u *User) error {
		u.RevocationPending = u.RevocationPending && u.SessionEpoch != epoch
		return nil
	}
}

func (a *Accounts) sweepSessions(ctx context.Context) (int, error) {
	sessions, err := a.Store.SessionsPendingRevocation(ctx, sweepBatch)
	if err != nil {
		return 0, fmt.Errorf("list sessions to revoke: %w", err)
	}
	for _, s := range sessions {
		if err := a.Registry.RevokeSession(ctx, s.UserID, s.ID); err != nil {
			return 0, fmt.Errorf("revoke session: %w", err)
		}
		_, err := a.Store.UpdateSession(ctx, s.ID, func(s *Session) error { s.RevocationPending = false; return nil })
		if err != nil && !problem.Is(err, problem.NotFound) {
			return 0, fmt.Errorf("note that session was revoked: %w", err)
		}
	}
	return len(sessions), nil
}

// mailsKept is how long mails are kept if they are files. Their PINs are of no use after ten minutes.
const mailsKept = 24 * time.Hour

// RemoveExpired removes expired sessions and reset requests, and old mails.
func (a *Accounts) RemoveExpired(ctx context.Context) error {
	now := a.now()
	return errors.Join(a.Store.RemoveExpired(ctx, now), a.Mailer.RemoveBefore(ctx, now.Add(-mailsKept)))
}
