package ticket

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crm.example/pkg/problem"
)

// Eraser removes the data of deleted accounts from tickets, in the background.
type Eraser struct {
	Store     Store
	Announced Announced
	NewID     func() string
	Now       func() time.Time
	Announce  func(id string) // tells the relay that the ticket may have new events
}

const (
	erasuresAtOnce = 100
	ticketsAtOnce  = 100

	// secondLook is when the last access JWT of a deleted user has expired and every request with one has ended. A second
	// round then finds what the first one missed because of a crash, or because an older version of the service wrote it.
	secondLook = 20 * time.Minute
)

// UserDeleted stores durably that a user was deleted. It may be repeated.
func (e Eraser) UserDeleted(ctx context.Context, userID string) error {
	return e.Store.Erase(ctx, userID, e.now())
}

// EraseAgain begins a round for each of these users, which are deleted, as after a restore. It may be interrupted and repeated.
func EraseAgain(ctx context.Context, store Erasures, ids []string, now func() time.Time) error {
	for _, id := range ids {
		if err := store.Erase(ctx, id, now().UTC().Truncate(time.Millisecond)); err != nil {
			return fmt.Errorf("erase user %s again: %w", id, err)
		}
	}
	return nil
}

// Work does the rounds that are due, as far as possible: the last step of each waits until the relay has published
// the deletions. It must run about every second, and may run in several processes.
func (e Eraser) Work(ctx context.Context) error {
	begun := e.now()
	due, err := e.Store.DueErasures(ctx, begun, erasuresAtOnce)
	if err != nil {
		return err
	}
	var done []Erasure
	var failed error
	for _, erasure := range due {
		switch settled, err := e.erase(ctx, erasure.UserID); {
		case err != nil: // go on with the others
			failed = errors.Join(failed, fmt.Errorf("erase user %s: %w", erasure.UserID, err))
		case settled:
			done = append(done, erasure)
		}
	}
	return errors.Join(failed, e.finish(ctx, done, begun))
}

// erase returns true if nothing is left in the store and the streams.
func (e Eraser) erase(ctx context.Context, userID string) (bool, error) {
	if err := e.deleteTickets(ctx, userID); err != nil {
		return false, err
	}
	if err := e.Release(ctx, userID); err != nil {
		return false, err
	}
	if err := e.rename(ctx, userID); err != nil {
		return false, err
	}
	if err := e.Store.RemovePerson(ctx, userID); err != nil {
		return false, err
	}
	if waiting, err := e.Store.HasTombstones(ctx, userID); err != nil || waiting {
		return false, err
	}
	return true, e.Announced.Forget(ctx, userID)
}

func (e Eraser) deleteTickets(ctx context.Context, clientID string) error {
	for {
		ids, err := e.Store.TicketsOf(ctx, clientID, ticketsAtOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := e.deleteTicket(ctx, clientID, id); err != nil {
				return err
			}
		}
	}
}

func (e Eraser) deleteTicket(ctx context.Context, clientID, id string) error {
	stamp := Stamp{Actor: Actor{ID: clientID}, At: e.now(), EventID: e.NewID()}
	target := Target{Scope: Scope{ClientID: clientID}, ID: id}
	_, err := e.Store.Update(ctx, target, func(t *Ticket, _ Idempotency) error { t.Delete(stamp); return nil })
	if problem.Is(err, problem.NotFound) { // deleted in between
		return nil
	}
	if err == nil {
		e.Announce(id)
	}
	return err
}

func (e Eraser) rename(ctx context.Context, agentID string) error {
	for {
		renamed, err := e.Store.RenameAgent(ctx, agentID, FormerAgent, ticketsAtOnce)
		if err != nil || renamed == 0 {
			return err
		}
	}
}

// finish scrubs the files once, for all rounds that began at that time.
func (e Eraser) finish(ctx context.Context, done []Erasure, begun time.Time) error {
	if len(done) == 0 {
		return nil
	}
	if err := e.Store.Scrub(ctx); err != nil {
		return err
	}
	for _, erasure := range done {
		if err := e.Store.FinishErasure(ctx, erasure, erasure.again(begun)); err != nil {
			return err
		}
	}
	return nil
}

// again is when the next round is due; zero if this was the last one, because it began late enough.
func (e Erasure) again(begun time.Time) time.Time {
	if second := e.At.Add(secondLook); begun.Before(second) {
		return second
	}
	return time.Time{}
}

func (e Eraser) now() time.Time { return e.Now().UTC().Truncate(time.Millisecond) }
